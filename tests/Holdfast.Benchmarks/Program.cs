using System.CommandLine;
using Holdfast.Benchmarks;
using Holdfast.Benchmarks.Micro;
using Holdfast.Benchmarks.Mqtt;
using Holdfast.Benchmarks.Mqtt.Hostile;
using Holdfast.Benchmarks.Outbox;
using Holdfast.Benchmarks.Storage;
using Holdfast.Storage.OpenCl;
using Holdfast.Testing;

var program = new Option<FileInfo>("--program") { Description = "The appliance to measure", Required = true };
var against = new Option<string>("--against")
{
    Description = "ISA-L, by name or path",
    DefaultValueFactory = _ => IsaL.Library,
};
var only = new Option<string?>("--only") { Description = "Only the rows whose name contains this" };
var rounds = new Option<int>("--rounds") { Description = "Rounds to take the median of", DefaultValueFactory = _ => 7 };
var slice = new Option<double>("--slice")
{
    Description =
        "Milliseconds that each side runs in a round; on a busy machine many short ones are disturbed less than few long ones",
    DefaultValueFactory = _ => 8,
};
var json = new Option<FileInfo?>("--json") { Description = "Write the figures to this file" };
var check = new Option<bool>("--check") { Description = "Fail unless every goal holds" };
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1000)
    {
        result.AddError("--rounds must be 1 to 1000");
    }
});
slice.Validators.Add(result =>
{
    if (result.GetValueOrDefault<double>() is not (>= 0.01 and <= 1000))
    {
        result.AddError("--slice must be 0.01 to 1000");
    }
});

var startup = new Command("startup", "From the start to the first telemetry, and the memory of a running rack")
{
    program,
    rounds,
    json,
    check,
};
startup.SetAction(
    async (parsed, stop) =>
    {
        var figures = await StartupBench.RunAsync(parsed.GetValue(program)!.FullName, parsed.GetValue(rounds), stop);
        return Report.Write("startup", figures, parsed.GetValue(json), parsed.GetValue(check));
    }
);

var erasure = new Command("erasure", "Erasure coding, checksums and parity beside ISA-L")
{
    against,
    only,
    rounds,
    slice,
    json,
    check,
};
erasure.SetAction(
    async (parsed, stop) =>
    {
        var library = parsed.GetValue(against)!;
        if (IsaL.TryLoad(library) is not { } isal)
        {
            await Console.Error.WriteLineAsync(
                $"{library} cannot be loaded. Debian's is in the package libisal2; the goals count against version 2.32: name its file with --against."
            );
            return 2;
        }

        var figures = ErasureBench.Run(
            isal,
            parsed.GetValue(rounds),
            TimeSpan.FromMilliseconds(parsed.GetValue(slice)),
            parsed.GetValue(only)
        );
        var about = ErasureBench.About(isal, library);
        await Console.Out.WriteLineAsync($"ours {about["kernel"]}, {library} {about["peer_kernel"]}");
        return Report.Write("erasure", figures, parsed.GetValue(json), parsed.GetValue(check), about);
    }
);
var micro = new Command("micro", "BenchmarkDotNet on single methods; --filter '*Encode*' chooses")
{
    TreatUnmatchedTokensAsErrors = false,
};
micro.SetAction(parsed => MicroBenchmarks.Run([.. parsed.UnmatchedTokens]));
var opencl = new Command("opencl", "Erasure coding by the processor and by each OpenCL device, copies and all")
{
    rounds,
    json,
};
opencl.SetAction(
    (parsed, stop) =>
    {
        var search = OpenClDevices.Find();
        var rows = OpenClBench.Run(search, parsed.GetValue(rounds), stop);
        OpenClReport.Write(search, rows, parsed.GetValue(json));
        return Task.FromResult(0);
    }
);
var broker = new Option<string[]>("--broker")
{
    Description = "Another broker to measure beside: NAME=COMMAND with {port} in it",
};
broker.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string[]>().Any(text => BrokerRecipe.Parse(text) is null))
    {
        result.AddError("--broker must be NAME=COMMAND");
    }
});
var mqttRounds = new Option<int>("--rounds")
{
    Description = "Rounds to take the median of",
    DefaultValueFactory = _ => 3,
};
mqttRounds.Validators.AddRange(rounds.Validators);
var mqtt = new Command("mqtt", "Our broker beside mosquitto: start, memory, throughput, delay, losses")
{
    program,
    broker,
    only,
    mqttRounds,
    json,
    check,
};
mqtt.SetAction(parsed =>
{
    var ours = new BrokerRecipe("ours", $"{parsed.GetValue(program)!.FullName} {MqttBench.Arguments}");
    BrokerRecipe[] peers =
    [
        .. MqttBench.InstalledMosquitto() is { } mosquitto ? [mosquitto] : Array.Empty<BrokerRecipe>(),
        .. (parsed.GetValue(broker) ?? []).Select(text => BrokerRecipe.Parse(text)!),
    ];
    var figures = MqttBench.Run(ours, peers, LoadPlan.Full, parsed.GetValue(mqttRounds), parsed.GetValue(only));
    return Report.Write("mqtt", figures, parsed.GetValue(json), parsed.GetValue(check));
});
var folder = new Option<DirectoryInfo>("--folder")
{
    Description = "On the disk to be measured",
    DefaultValueFactory = _ => new DirectoryInfo("artifacts/bench/outbox"),
};
var messages = new Option<int>("--messages")
{
    Description = "Messages to write for the bytes; 25920000 are 72 hours at 100 a second",
    DefaultValueFactory = _ => 1_000_000,
};
var outbox = new Command("outbox", "What waits for the broker: commits beside SQLite, bytes of 72 hours, memory")
{
    folder,
    messages,
    rounds,
    json,
    check,
};
outbox.SetAction(
    async (parsed, stop) =>
    {
        var figures = await OutboxBench.RunAsync(
            parsed.GetValue(folder)!.FullName,
            parsed.GetValue(messages),
            parsed.GetValue(rounds),
            stop
        );
        return Report.Write("outbox", figures, parsed.GetValue(json), parsed.GetValue(check));
    }
);
var seconds = new Option<int>("--seconds") { Description = "Of all attacks together", DefaultValueFactory = _ => 60 };
var halfOpen = new Option<int>("--half-open")
{
    Description = "Connections that are opened and left so",
    DefaultValueFactory = _ => 10_000,
};
var seed = new Option<ulong>("--seed") { Description = "Of everything random", DefaultValueFactory = _ => 1 };
var hostile = new Command("hostile", "Our broker among strangers who mean it no good, and what is left of them")
{
    program,
    seconds,
    halfOpen,
    seed,
    json,
    check,
};
hostile.SetAction(parsed =>
{
    var figures = HostileBench.Run(
        new BrokerRecipe("ours", $"{parsed.GetValue(program)!.FullName} {HostileBench.Arguments}"),
        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        parsed.GetValue(halfOpen),
        parsed.GetValue(seed)
    );
    return Report.Write("hostile", figures, parsed.GetValue(json), parsed.GetValue(check));
});
return await new RootCommand("Holdfast's benchmarks") { startup, erasure, mqtt, hostile, outbox, opencl, micro }
    .Parse(args)
    .InvokeAsync();
