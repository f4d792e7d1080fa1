using System.CommandLine;
using System.Net;
using Holdfast.Conformance;

var path = new Argument<DirectoryInfo>("PATH")
{
    Description = "A checkout of Paho's or mosquitto's tests, or a folder with both",
};
var suites = new Command("suites", "Run the public suites below a folder against our broker") { path };
suites.SetAction((parsed, stop) => Suites.RunAsync(parsed.GetValue(path)!, stop));

var data = new Argument<DirectoryInfo>("FOLDER") { Description = "Files of packet sequences" };
var against = new Option<string>("--against") { Description = "Address and port of a broker", Required = true };
against.Validators.Add(result =>
{
    if (!IPEndPoint.TryParse(result.GetValueOrDefault<string>() ?? "", out _))
    {
        result.AddError("--against must be an address and a port, as 127.0.0.1:1883");
    }
});
var sequences = new Command("sequences", "Play packet sequences against any broker") { data, against };
sequences.SetAction(
    async (parsed, stop) =>
    {
        var broker = IPEndPoint.Parse(parsed.GetValue(against)!);
        var result = await Suites.PlayAsync(parsed.GetValue(data)!.FullName, broker, stop);
        Console.WriteLine(result);
        return result.IsReached ? 0 : 1;
    }
);

return await new RootCommand("Public MQTT suites against the broker of Holdfast") { suites, sequences }
    .Parse(args)
    .InvokeAsync();
