using System.CommandLine;
using Holdfast.Firmware.Http;

namespace Holdfast.Firmware.CommandLine;

/// <summary>The commands that show and steer a running appliance.</summary>
internal static class ClientCommands
{
    private const int DeadlineDefaultSeconds = 300;
    private const double FansDeadlineSeconds = 30;

    public static IEnumerable<Command> Create(Terminal terminal) =>
        [
            Status(terminal),
            Nodes(terminal),
            Node(terminal),
            Sensors(terminal),
            EventsCommand.Create(terminal),
            Fans(terminal),
        ];

    private static Command Status(Terminal terminal) =>
        Asking.With(
            terminal,
            new Command("status", "Show the rack at a glance"),
            async (api, asked, stop) =>
            {
                var (rack, json) = await api.GetAsync("/api/v1/rack", ApiJson.Default.RackDocument, stop);
                return asked.Print(json, to => Tables.Rack(to, rack));
            }
        );

    private static Command Nodes(Terminal terminal) =>
        Asking.With(
            terminal,
            new Command("nodes", "List the nodes"),
            async (api, asked, stop) =>
            {
                var form = ApiJson.Default.IReadOnlyListNodeDocument;
                var (nodes, json) = await api.GetAsync("/api/v1/nodes", form, stop);
                return asked.Print(json, to => Tables.Nodes(to, nodes));
            }
        );

    private static Command Sensors(Terminal terminal) =>
        Asking.With(
            terminal,
            new Command("sensors", "List the sensors"),
            async (api, asked, stop) =>
            {
                var form = ApiJson.Default.IReadOnlyListSensorDocument;
                var (sensors, json) = await api.GetAsync("/api/v1/sensors", form, stop);
                return asked.Print(json, to => Tables.Sensors(to, sensors));
            }
        );

    private static Command Node(Terminal terminal)
    {
        var node = new Command("node", "Command a node");
        (string Verb, string Meaning)[] verbs =
        [
            ("on", "Switch it on and wait until it is up"),
            ("off", "Stop it and wait until it is off"),
            ("cycle", "Stop it and start it again"),
            ("wake", "Wake it over the network"),
            ("maintain", "Take it into your hands: nothing is done to it"),
            ("release", "Put it back under control"),
        ];
        foreach (var (verb, meaning) in verbs)
        {
            node.Subcommands.Add(NodeVerb(terminal, verb, meaning));
        }

        return node;
    }

    private static Command NodeVerb(Terminal terminal, string verb, string meaning)
    {
        var name = Options.Name("NAME", "The node");
        var deadline = Options.Number("--deadline", "Seconds to wait for the observed result [300]", 1, 3600);
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for the result" };
        return Asking.With(
            terminal,
            new Command(verb, meaning) { name, deadline, noWait },
            (api, asked, stop) =>
            {
                var target = asked.Parsed.GetValue(name)!;
                var request = new NodeCommandRequest(asked.Parsed.GetValue(deadline) ?? DeadlineDefaultSeconds);
                var path = $"/api/v1/nodes/{target}/{verb}";
                return new Following(api, asked, $"{target}: {verb}").RunAsync(
                    () => api.PostAsync(path, request, ApiJson.Default.NodeCommandRequest, stop),
                    wait: !asked.Parsed.GetValue(noWait),
                    stop
                );
            }
        );
    }

    private static Command Fans(Terminal terminal)
    {
        var zone = Options.Name("ZONE", "The zone");
        var mode = new Argument<string>("MODE") { Description = "How: auto, full or fixed" };
        mode.AcceptOnlyFromAmong("auto", "full", "fixed");
        var duty = Options.Number("--duty", "With fixed: percent", 0d, 100d);
        var fans = new Command("fans", "Set how a zone's fans are driven") { zone, mode, duty };
        fans.Validators.Add(result =>
        {
            if (result.GetValue(mode) == "fixed" && result.GetResult(duty) is null)
            {
                result.AddError("fixed needs --duty");
            }
        });
        return Asking.With(
            terminal,
            fans,
            (api, asked, stop) =>
            {
                var target = asked.Parsed.GetValue(zone)!;
                var request = new FanModeRequest(
                    asked.Parsed.GetValue(mode),
                    asked.Parsed.GetValue(duty),
                    FansDeadlineSeconds
                );
                var path = $"/api/v1/zones/{target}/fan-mode";
                return new Following(api, asked, $"{target}: fans").RunAsync(
                    () => api.PostAsync(path, request, ApiJson.Default.FanModeRequest, stop),
                    wait: true,
                    stop
                );
            }
        );
    }
}
