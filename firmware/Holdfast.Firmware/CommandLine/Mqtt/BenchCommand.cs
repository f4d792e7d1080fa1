using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt bench</c>: how fast a broker is, as seen from here.</summary>
internal static class BenchCommand
{
    /// <summary>The stamp that each message carries.</summary>
    private const int SizeMin = 8;

    public static Command Create(Terminal terminal)
    {
        var publishers = Options.Number("--publishers", "How many publish, each to a topic of its own [1]", 1, 1_000);
        var subscribers = Options.Number("--subscribers", "How many receive all of it [1]", 0, 1_000);
        var rate = Options.Number(
            "--rate",
            "Messages a second of all publishers together [as fast as it goes]",
            1d,
            1e7
        );
        var size = Options.Number("--size", "Bytes of a payload [256]", SizeMin, 200_000);
        var qos = Options.Number("--qos", "QoS of publishing and subscribing [0]", 0, 2);
        qos.Aliases.Add("-q");
        var seconds = Options.Number("--seconds", "How long to publish [10]", 0.1, 3_600d);
        var json = new Option<bool>("--json") { Description = "Print JSON for programs" };
        var command = new Command(
            "bench",
            "Measure a broker; both ends are in this process, which takes part of the machine's time"
        )
        {
            publishers,
            subscribers,
            rate,
            size,
            qos,
            seconds,
            json,
        };
        return Brokering.With(
            terminal,
            command,
            async (brokering, stop) =>
            {
                var parsed = brokering.Parsed;
                var plan = new BenchPlan(
                    parsed.GetValue(publishers) ?? 1,
                    parsed.GetValue(subscribers) ?? 1,
                    parsed.GetValue(rate),
                    parsed.GetValue(size) ?? 256,
                    parsed.GetValue(qos) ?? 0,
                    TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? 10)
                );
                var measured = await new Bench(brokering, plan, TimeProvider.System).RunAsync(stop);
                return Print(new Asked(parsed, parsed.GetValue(json), terminal), measured);
            }
        );
    }

    private static int Print(Asked asked, BenchDocument measured)
    {
        asked.Print(JsonSerializer.Serialize(measured, MessageJson.Default.BenchDocument), to => Table(to, measured));
        var lost = measured.Failed + (measured.Qos > 0 ? measured.Missing : 0);
        return lost == 0 ? ExitCode.Ok : asked.Terminal.Fail($"{lost} messages were lost or refused", ExitCode.NotDone);
    }

    private static void Table(Terminal to, BenchDocument m)
    {
        var culture = CultureInfo.InvariantCulture;
        to.Output.WriteLine(
            string.Create(
                culture,
                $"{m.Broker}: {m.Publishers} publishers, {m.Subscribers} subscribers, QoS {m.Qos}, {m.SizeBytes} bytes, {m.Seconds:0.#} s"
            )
        );
        to.Output.WriteLine(
            string.Create(culture, $"published  {m.Published, 10} {m.PublishedPerS, 10:0} msg/s  {m.Failed} failed")
        );
        to.Output.WriteLine(
            string.Create(culture, $"received   {m.Received, 10} {m.ReceivedPerS, 10:0} msg/s  {m.Missing} missing")
        );
        to.Output.WriteLine(
            string.Create(
                culture,
                $"latency    p50 {m.P50Us / 1e3:0.###} ms  p99 {m.P99Us / 1e3:0.###} ms  max {m.MaxUs / 1e3:0.###} ms"
            )
        );
    }
}
