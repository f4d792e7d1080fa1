using System.CommandLine;
using Holdfast.Benchmarks;
using Holdfast.Benchmarks.Storage;
using Holdfast.Storage.OpenCl;

var program = new Option<FileInfo>("--program") { Description = "The appliance to measure", Required = true };
var rounds = new Option<int>("--rounds") { Description = "Rounds to take the median of", DefaultValueFactory = _ => 7 };
var json = new Option<FileInfo?>("--json") { Description = "Write the figures to this file" };
var check = new Option<bool>("--check") { Description = "Fail unless every goal holds" };
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1000)
    {
        result.AddError("--rounds must be 1 to 1000");
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
return await new RootCommand("Holdfast's benchmarks") { startup, opencl }
    .Parse(args)
    .InvokeAsync();
