using System.Globalization;
using System.Text.Json;
using Holdfast.Hal;
using Holdfast.Rack;

namespace Holdfast.Firmware.Boards;

/// <summary>Builds the board from a document that the schema and the rules have found good.</summary>
internal sealed class BoardReader(List<BoardProblem> problems)
{
    internal const double ShedBelowDefault = 30;
    internal const double RestoreAboveDefault = 50;
    internal const double StandbyDefault = 10;

    /// <summary>IPMI 2.0 §22.30.</summary>
    private const int BmcPasswordLengthMax = 20;

    private const int BrokerPasswordLengthMax = 255;

    private readonly BesideFiles files = new(problems);

    public Board Read(JsonNode board) =>
        new()
        {
            Rack = new RackId(Text(board, "rack")),
            Title = Text(board, "title", Text(board, "rack")),
            Power = PowerOf(board["power"]!),
            HwmonRoot = Text(board, "hwmon_root", "/sys/class/hwmon"),
            GpioRoot = Text(board, "gpio_root", "/sys/class/gpio"),
            PowerSupplyRoot = Text(board, "power_supply_root", "/sys/class/power_supply"),
            Zones = Map(board, "zones", ZoneOf),
            Sensors = Map(
                board,
                "sensors",
                s => new BoardSensor(Sensor(s), Title(s), Zone(s), Text(s, "chip"), Text(s, "channel"))
            ),
            Fans = Map(
                board,
                "fans",
                f => new BoardFan(Sensor(f), Title(f), Zone(f), Text(f, "chip"), Integer(f, "channel", 1))
            ),
            Meters = Map(
                board,
                "meters",
                m => new BoardMeter(Sensor(m), Title(m), Text(m, "role"), Text(m, "chip"), Integer(m, "channel", 1))
            ),
            Ups = board["ups"] is { } ups ? new BoardUps(Sensor(ups), Text(ups, "battery"), Text(ups, "mains")) : null,
            Safety = Map(
                board,
                "safety",
                i => new BoardInput(
                    Sensor(i),
                    Zone(i),
                    Enum.Parse<SafetyKind>(Text(i, "kind"), ignoreCase: true),
                    Integer(i, "line", 0),
                    Flag(i, "active_low")
                )
            ),
            Pumps = Map(
                board,
                "pumps",
                p => new BoardPump(Sensor(p), Zone(p), Integer(p, "line", 0), Flag(p, "active_low"))
            ),
            Nodes = Map(board, "nodes", NodeOf),
            Mqtt = board["mqtt"] is { } mqtt ? BrokerOf(mqtt) : null,
            BrokerFile = EmbeddedOf(board),
            Simulator = board["simulator"] is { } simulator ? SimulatorOf(simulator) : null,
        };

    private static PowerPlan PowerOf(JsonNode power) =>
        new(
            new Limit<Watts>("power budget", new Watts(Number(power, "budget_w", 0)), Text(power, "budget_reason")),
            new Limit<Watts>("inrush limit", new Watts(Number(power, "inrush_w", 0)), Text(power, "inrush_reason")),
            new Percent(Number(power, "shed_below_pct", ShedBelowDefault)),
            new Percent(Number(power, "restore_above_pct", RestoreAboveDefault))
        );

    private static BoardZone ZoneOf(JsonNode zone) =>
        new(
            new ZoneId(Text(zone, "name")),
            Title(zone),
            new ThermalPlan(
                new Celsius(Number(zone, "target_c", 0)),
                new Celsius(Number(zone, "full_c", 0)),
                new Celsius(Number(zone, "critical_c", 0)),
                new Celsius(Number(zone, "resume_c", 0)),
                new Percent(Number(zone, "min_duty_pct", 0)),
                new Percent(Number(zone, "failsafe_duty_pct", 0)),
                TimeSpan.FromSeconds(Number(zone, "fresh_for_s", 10))
            )
        );

    private BoardNode NodeOf(JsonNode node)
    {
        var bmc = node["bmc"]!;
        var plan = new NodePlan(
            new NodeId(Text(node, "name")),
            Zone(node),
            Integer(node, "rack_unit", 1),
            Integer(node, "height", 1),
            new Watts(Number(node, "standby_w", StandbyDefault)),
            new Watts(Number(node, "power_max_w", 0)),
            new Watts(Number(node, "inrush_w", 0)),
            Seconds(node, "inrush_for_s", 5),
            Seconds(node, "boot_within_s", 300),
            Seconds(node, "stop_within_s", 120),
            Integer(node, "stop_order", 0),
            node["wake"] is not null,
            node["presence"] is not null,
            Text(node, "start", "as-found") switch
            {
                "on" => StartPolicy.On,
                "off" => StartPolicy.Off,
                _ => StartPolicy.AsFound,
            }
        );
        return new BoardNode(
            plan,
            new BoardBmc(
                Endpoints.Read(bmc["address"]!, problems),
                Text(bmc, "user"),
                files.Password(bmc, BmcPasswordLengthMax)
            ),
            node["wake"] is { } wake ? WakeOf(wake) : null,
            node["presence"]?["tcp"] is { } tcp ? Endpoints.Read(tcp, problems) : null
        );
    }

    private BoardWake WakeOf(JsonNode wake)
    {
        Invariant.Require(
            MacAddress.TryParse(Text(wake, "mac").Replace('-', ':'), out var mac),
            "the schema lets only MAC addresses pass"
        );
        return new BoardWake(
            mac,
            wake["address"] is { } address ? Endpoints.Read(address, problems) : null,
            wake["interface"]?.Text,
            Convert.FromHexString(Text(wake, "secure_on", "").Replace(":", "", StringComparison.Ordinal))
        );
    }

    private string? EmbeddedOf(JsonNode board)
    {
        if (board["broker_file"] is { } file && board["mqtt"] is not null)
        {
            problems.Add(
                file.Problem("\"mqtt\" names another broker, so none is embedded", "Leave out one of the two")
            );
        }

        return files.Existing(board["broker_file"]);
    }

    private BoardBroker BrokerOf(JsonNode mqtt)
    {
        var broker = mqtt["broker"]!;
        var at = broker.Text.LastIndexOf(':');
        if (!ushort.TryParse(broker.Text[(at + 1)..], CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            problems.Add(
                broker.Problem("the port is not 1 to 65535", "Correct it; MQTT's are 1883 and, with TLS, 8883")
            );
        }

        return new BoardBroker(broker.Text[..at].Trim('[', ']'), port)
        {
            Version = Text(mqtt, "version", "5") == "5" ? 5 : 4,
            User = mqtt["user"]?.Text,
            Password = mqtt["password_file"] is null ? [] : files.Password(mqtt, BrokerPasswordLengthMax),
            CaFile = files.Existing(mqtt["ca_file"]),
            CertificateFile = files.Existing(mqtt["certificate_file"]),
            KeyFile = files.Existing(mqtt["key_file"]),
            Sparkplug = mqtt["sparkplug"] is { } sparkplug
                ? new BoardSparkplug(
                    Text(sparkplug, "group"),
                    sparkplug["primary_host"]?.Text,
                    Flag(sparkplug, "commands")
                )
                : null,
            HomeAssistant = mqtt["home_assistant"] is { } home
                ? new BoardHomeAssistant(
                    Flag(home, "enabled"),
                    Text(home, "prefix", "homeassistant"),
                    Flag(home, "controls")
                )
                : null,
        };
    }

    private static BoardSimulator SimulatorOf(JsonNode simulator) =>
        new(
            (ulong)Number(simulator, "seed", 1),
            Number(simulator, "speed", 1),
            Number(simulator, "start_hour", 8),
            Text(simulator, "ports", "fixed") == "any"
        );

    private static IReadOnlyList<T> Map<T>(JsonNode board, string list, Func<JsonNode, T> read) =>
        [.. (board[list]?.Items ?? []).Select(read)];

    private static SensorId Sensor(JsonNode node) => new(Text(node, "name"));

    private static ZoneId Zone(JsonNode node) => new(Text(node, "zone"));

    private static string Title(JsonNode node) => Text(node, "title", Text(node, "name"));

    private static string Text(JsonNode node, string key, string otherwise = "") => node[key]?.Text ?? otherwise;

    private static double Number(JsonNode node, string key, double otherwise) => node[key]?.Number ?? otherwise;

    private static int Integer(JsonNode node, string key, int otherwise) => (int)(node[key]?.Number ?? otherwise);

    private static TimeSpan Seconds(JsonNode node, string key, double otherwise) =>
        TimeSpan.FromSeconds(Number(node, key, otherwise));

    private static bool Flag(JsonNode node, string key) => node[key]?.Kind == JsonValueKind.True;
}
