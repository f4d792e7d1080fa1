using System.CommandLine;
using System.Globalization;
using Holdfast.Firmware.Http;

namespace Holdfast.Firmware.CommandLine;

/// <summary>The commands that ask a running appliance.</summary>
internal static class ClientCommands
{
    private static readonly Option<Uri> Url = new("--url")
    {
        Description = "Where the appliance is; also HOLDFAST_URL",
        DefaultValueFactory = _ => new Uri(
            Environment.GetEnvironmentVariable("HOLDFAST_URL") ?? "http://127.0.0.1:8080"
        ),
        Recursive = true,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError("--url needs an address such as http://127.0.0.1:8080");
            return null;
        },
    };

    private static readonly Option<FileInfo?> TokenFile = new("--token-file")
    {
        Description = "The file with the access token, for an appliance on the network",
        Recursive = true,
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON for programs",
        Recursive = true,
    };

    public static IEnumerable<Command> Create() => [Status(), Nodes(), Node(), Sensors(), Events(), Fans()];

    private static Command Status() =>
        Asking(
            new Command("status", "Show the rack at a glance"),
            async (api, asked, stop) =>
            {
                var (rack, json) = await api.GetAsync("/api/v1/rack", ApiJson.Default.RackDocument, stop);
                asked.Print(json, () => Tables.Rack(rack));
                return ExitCode.Ok;
            }
        );

    private static Command Nodes() =>
        Asking(
            new Command("nodes", "List the nodes"),
            async (api, asked, stop) =>
            {
                var (nodes, json) = await api.GetAsync(
                    "/api/v1/nodes",
                    ApiJson.Default.IReadOnlyListNodeDocument,
                    stop
                );
                asked.Print(json, () => Tables.Nodes(nodes));
                return ExitCode.Ok;
            }
        );

    private static Command Sensors() =>
        Asking(
            new Command("sensors", "List the sensors"),
            async (api, asked, stop) =>
            {
                var (sensors, json) = await api.GetAsync(
                    "/api/v1/sensors",
                    ApiJson.Default.IReadOnlyListSensorDocument,
                    stop
                );
                asked.Print(json, () => Tables.Sensors(sensors));
                return ExitCode.Ok;
            }
        );

    private static Command Node()
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
            var name = new Argument<string>("NAME") { Description = "The node" };
            var deadline = new Option<int>("--deadline")
            {
                Description = "Seconds to wait for the observed result, 1 to 3600",
                DefaultValueFactory = _ => 300,
            };
            var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for the result" };
            node.Subcommands.Add(
                Asking(
                    new Command(verb, meaning) { name, deadline, noWait },
                    (api, asked, stop) =>
                    {
                        var target = asked.Parsed.GetValue(name)!;
                        return Following.RunAsync(
                            api,
                            asked,
                            $"{target}: {verb}",
                            () =>
                                api.PostAsync(
                                    $"/api/v1/nodes/{Uri.EscapeDataString(target)}/{verb}",
                                    new NodeCommandRequest(asked.Parsed.GetValue(deadline), null),
                                    ApiJson.Default.NodeCommandRequest,
                                    stop
                                ),
                            wait: !asked.Parsed.GetValue(noWait),
                            stop
                        );
                    }
                )
            );
        }

        return node;
    }

    private static Command Fans()
    {
        var zone = new Argument<string>("ZONE") { Description = "The zone" };
        var mode = new Argument<string>("MODE") { Description = "auto, full or fixed" };
        mode.AcceptOnlyFromAmong("auto", "full", "fixed");
        var duty = new Option<double?>("--duty") { Description = "With fixed: percent, 0 to 100" };
        return Asking(
            new Command("fans", "Set how a zone's fans are driven") { zone, mode, duty },
            (api, asked, stop) =>
            {
                var target = asked.Parsed.GetValue(zone)!;
                return Following.RunAsync(
                    api,
                    asked,
                    $"{target}: fans",
                    () =>
                        api.PostAsync(
                            $"/api/v1/zones/{Uri.EscapeDataString(target)}/fan-mode",
                            new FanModeRequest(asked.Parsed.GetValue(mode), asked.Parsed.GetValue(duty), 30, null),
                            ApiJson.Default.FanModeRequest,
                            stop
                        ),
                    wait: true,
                    stop
                );
            }
        );
    }

    private static Command Events()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as they happen" };
        var limit = new Option<int>("--limit")
        {
            Description = "How many of the newest, 1 to 1000",
            DefaultValueFactory = _ => 50,
        };
        return Asking(
            new Command("events", "Show what happened") { follow, limit },
            async (api, asked, stop) =>
            {
                var path = string.Create(
                    CultureInfo.InvariantCulture,
                    $"/api/v1/events?limit={asked.Parsed.GetValue(limit)}"
                );
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                do
                {
                    var (events, json) = await api.GetAsync(path, ApiJson.Default.IReadOnlyListEventDocument, stop);
                    if (events.Count > 0)
                    {
                        asked.Print(json, () => Tables.Events(events));
                        path = string.Create(
                            CultureInfo.InvariantCulture,
                            $"/api/v1/events?limit=1000&after={events[^1].Sequence}"
                        );
                    }
                } while (asked.Parsed.GetValue(follow) && await timer.WaitForNextTickAsync(stop));

                return ExitCode.Ok;
            }
        );
    }

    private static Command Asking(Command command, Func<ApiClient, Asked, CancellationToken, Task<int>> ask)
    {
        command.Options.Add(Url);
        command.Options.Add(TokenFile);
        command.Options.Add(Json);
        command.SetAction(
            async (parsed, stop) =>
            {
                try
                {
                    var token = parsed.GetValue(TokenFile) is { } file
                        ? (await File.ReadAllTextAsync(file.FullName, stop)).Trim()
                        : null;
                    using var api = new ApiClient(parsed.GetValue(Url)!, token);
                    return await ask(api, new Asked(parsed, parsed.GetValue(Json)), stop);
                }
                catch (ApiException e)
                {
                    await Console.Error.WriteLineAsync($"holdfast: {e.Message}.");
                    return e.ExitCode;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    await Console.Error.WriteLineAsync($"holdfast: {e.Message}");
                    return ExitCode.Usage;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return ExitCode.Ok;
                }
                catch (OperationCanceledException)
                {
                    await Console.Error.WriteLineAsync("holdfast: the appliance does not answer in time.");
                    return ExitCode.NotReachable;
                }
            }
        );
        return command;
    }
}

/// <summary>What was asked for, and in which form the answer is wanted.</summary>
internal sealed record Asked(ParseResult Parsed, bool Json)
{
    public void Print(string json, Action table)
    {
        if (Json)
        {
            Console.WriteLine(json);
        }
        else
        {
            table();
        }
    }
}
