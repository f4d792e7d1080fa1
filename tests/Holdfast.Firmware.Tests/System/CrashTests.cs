using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>kill -9 in the middle of work.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed_again_and_again()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        var random = new SeededRandom(2);
        var maintained = new HashSet<string>();
        JsonElement[] before = [];

        for (var round = 0; round < 4; round++)
        {
            var node = $"node-{1 + random.Next(16):00}";
            using var reply = await rack.Http.PostAsJsonAsync(
                $"/api/v1/nodes/{node}/maintain",
                new { deadline_s = 30 }
            );
            Assert.True(
                reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted,
                await reply.Content.ReadAsStringAsync()
            );
            maintained.Add(node);
            before = [.. (await rack.GetAsync("/api/v1/events?after=0&limit=1000")).EnumerateArray()];

            await rack.KillAndRestartAsync();

            var after = (await rack.GetAsync("/api/v1/events?after=0&limit=1000")).EnumerateArray().ToArray();
            Assert.Equal(before.Select(e => e.ToString()), after.Take(before.Length).Select(e => e.ToString()));
            Assert.Equal(
                Enumerable.Range(1, after.Length).Select(i => (long)i),
                after.Select(e => e.GetProperty("sequence").GetInt64())
            );
            foreach (var name in maintained)
            {
                Assert.Equal("maintenance", await rack.NodeStateAsync(name));
            }
        }

        Assert.NotEmpty(before);
    }
}
