using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Link;

/// <summary>The broker, the wire or the gateway goes away in the middle of it: every event arrives, none is missing after the sequence check.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Killing_and_restarting_mosquitto_loses_no_event()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var cable = new Cable(mosquitto.Port);
        await using var gateway = GatewayRig.Start(cable.Port);
        await using (var before = await ConsumeAsync(mosquitto))
        {
            gateway.Record(1, 40);
            Assert.Equal(Numbers(1, 40), await TakeAsync(before, upTo: 40));
        }

        await gateway.DeliveredAsync();
        await mosquitto.KillAsync();
        gateway.Record(41, 100);
        // The consumer is to be there before the gateway is: a killed mosquitto has forgotten its session.
        cable.Cut();
        await mosquitto.StartAgainAsync();
        await using var after = await ConsumeAsync(mosquitto);
        cable.Mend();

        Assert.Equal(Numbers(41, 100), (await TakeAllAsync(after, 60, [])).Distinct().Order());
    }

    [Fact]
    public async Task Restarts_of_mosquitto_in_the_middle_of_the_flow_lose_no_event()
    {
        await using var mosquitto = await Mosquitto.StartAsync("persistence true", "persistence_location {folder}/");
        await using var gateway = GatewayRig.Start(mosquitto.Port);
        await using var consumer = await ConsumeAsync(mosquitto, "-c", "-i", "consumer", "-x", "300");
        var taken = new List<long>();
        for (var restart = 0; restart < 2; restart++)
        {
            gateway.Record((restart * 300) + 1, (restart * 300) + 300);
            await TakeAsync(consumer, upTo: (restart * 300) + 100, taken);
            await mosquitto.StopAsync();
            await mosquitto.StartAgainAsync();
        }

        await TakeAllAsync(consumer, 600, taken);
        Assert.Equal(Numbers(1, 600), taken.Distinct().Order());
    }

    [Fact]
    public async Task A_wire_that_is_cut_again_and_again_loses_no_event()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var cable = new Cable(mosquitto.Port);
        await using var gateway = GatewayRig.Start(cable.Port);
        await using var consumer = await ConsumeAsync(mosquitto);
        gateway.Record(1, 1000);
        var taken = new List<long>();
        for (var cut = 1; cut <= 5; cut++)
        {
            await TakeAsync(consumer, upTo: cut * 150, taken);
            cable.Cut();
            cable.Mend();
        }

        await TakeAllAsync(consumer, 1000, taken);
        Assert.Equal(Numbers(1, 1000), taken.Distinct().Order());
        await gateway.DeliveredAsync();
    }

    [Fact]
    public async Task A_gateway_that_comes_back_goes_on_where_it_was()
    {
        var (disk, waiting) = (new MemoryFolder(), new MemoryFolder());
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var consumer = await ConsumeAsync(mosquitto);
        await using (var first = GatewayRig.Start(mosquitto.Port, disk, waiting))
        {
            first.Record(1, 50);
            await first.DeliveredAsync();
        }

        disk.LosePower(new SeededRandom(1));
        waiting.LosePower(new SeededRandom(1));
        await using var second = GatewayRig.Start(mosquitto.Port, disk, waiting);
        second.Record(51, 60);

        Assert.Equal(Numbers(1, 60), (await TakeAllAsync(consumer, 60, [])).Distinct().Order());
    }

    private static IEnumerable<long> Numbers(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(number => (long)number);

    private static Task<MosquittoSub> ConsumeAsync(Mosquitto mosquitto, params string[] more) =>
        MosquittoSub.StartAsync(mosquitto.Port, ["-V", "5", "-q", "1", "-t", "rack/r1/event", "-F", "%p", .. more]);

    /// <summary>The sequence numbers as they come, duplicates included, until one is seen.</summary>
    private static Task<List<long>> TakeAsync(MosquittoSub consumer, long upTo, List<long>? taken = null) =>
        TakeAsync(consumer, seen => seen.Contains(upTo), taken ?? []);

    /// <summary>The same, until there are so many different ones: after an outage live ones overtake those that waited.</summary>
    private static Task<List<long>> TakeAllAsync(MosquittoSub consumer, int count, List<long> taken) =>
        TakeAsync(consumer, seen => seen.Distinct().Count() >= count, taken);

    private static async Task<List<long>> TakeAsync(
        MosquittoSub consumer,
        Predicate<List<long>> isEnough,
        List<long> taken
    )
    {
        while (!isEnough(taken))
        {
            var line = await consumer.NextAsync();
            if (line.StartsWith('{'))
            {
                using var document = JsonDocument.Parse(line);
                taken.Add(document.RootElement.GetProperty("sequence").GetInt64());
            }
        }

        return taken;
    }
}
