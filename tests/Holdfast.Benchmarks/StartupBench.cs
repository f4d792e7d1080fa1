using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;

namespace Holdfast.Benchmarks;

/// <summary>
/// The board <c>sim</c> as a newcomer starts it, but on free ports: how long until a subscriber sees the first measurement, and how much memory the
/// process holds when all nodes that shall run do, with a page and a subscriber watching.
/// </summary>
internal static class StartupBench
{
    private const double SecondsMax = 2;
    private const double MegabytesMax = 120;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<IReadOnlyList<Figure>> RunAsync(string program, int rounds, CancellationToken stop)
    {
        var telemetry = new List<double>();
        var page = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await using var rack = await RunningRack.StartAsync(program, speed: 1);
            page.Add(rack.SinceStart);
            await rack.FirstMeasurementAsync(stop);
            telemetry.Add(rack.SinceStart);
        }

        var (resident, peak) = await MemoryAsync(program, stop);
        return
        [
            new($"start to first telemetry, median of {rounds}", Median(telemetry), "s", SecondsMax),
            new("start to first telemetry, slowest", telemetry.Max(), "s", null),
            new("start to page", Median(page), "s", null),
            new("resident memory, 16 nodes", resident, "MB", MegabytesMax),
            new("resident memory, peak", peak, "MB", MegabytesMax),
        ];
    }

    private static async Task<(double Resident, double Peak)> MemoryAsync(string program, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        await using var rack = await RunningRack.StartAsync(program, speed: 20);
        using var http = new HttpClient { BaseAddress = rack.Process.Page };
        await using var stream = await http.GetStreamAsync(new Uri("/api/v1/stream", UriKind.Relative), limit.Token);
        await rack.FirstMeasurementAsync(limit.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await AllRunAsync(http, limit.Token))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }

        return (Memory(rack.Process.Id, "VmRSS:"), Memory(rack.Process.Id, "VmHWM:"));
    }

    private static async Task<bool> AllRunAsync(HttpClient http, CancellationToken stop)
    {
        var nodes = await http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/nodes", UriKind.Relative), stop);
        return nodes
            .EnumerateArray()
            .All(node => node.GetProperty("state").GetString() == node.GetProperty("wanted").GetString());
    }

    /// <summary>In MB of 10⁶ bytes, from proc(5).</summary>
    private static double Memory(int process, string row)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(text => text.StartsWith(row, StringComparison.Ordinal));
        return double.Parse(
                line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture
            )
            * 1024
            / 1e6;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class RunningRack(ApplianceProcess process, DirectoryInfo data, MqttClient client) : IAsyncDisposable
    {
        public ApplianceProcess Process => process;

        public double SinceStart => Stopwatch.GetElapsedTime(process.StartedTimestamp).TotalSeconds;

        public static async Task<RunningRack> StartAsync(string program, double speed)
        {
            var data = Directory.CreateTempSubdirectory("holdfast-bench-");
            var board = Path.Combine(data.FullName, "board.json");
            await File.WriteAllTextAsync(
                board,
                $$$"""{"board":1,"inherits":"sim","simulator":{"ports":"any","speed":{{{speed}}}}}"""
            );
            var process = await ApplianceProcess.StartAsync(
                program,
                ["--board", board, "--data", data.FullName, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]
            );
            var options = new MqttClientOptions("127.0.0.1", process.Mqtt!.Port, "bench")
            {
                Subscriptions = [new("rack/sim/+/temperature", MqttQos.AtMostOnce)],
                BackoffMin = TimeSpan.FromMilliseconds(10),
            };
            return new RunningRack(process, data, new MqttClient(options, TimeProvider.System, new SeededRandom(1)));
        }

        public async Task FirstMeasurementAsync(CancellationToken stop)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await foreach (var message in client.MessagesAsync(limit.Token))
            {
                // Before the first poll a measurement is known to be absent; that tells nobody anything.
                if (JsonDocument.Parse(message.Payload).RootElement.GetProperty("quality").GetString() == "good")
                {
                    return;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await process.StopAsync();
            await process.DisposeAsync();
            data.Delete(recursive: true);
        }
    }
}
