using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// Commands of hosts: writing a device's metric under <c>Device Control/</c> is the same command as the JSON one, and goes the same way.
/// Pure.
/// </summary>
internal static class EdgeCommands
{
    /// <summary>Boolean, of a node: on or off.</summary>
    public const string Power = "Device Control/Power";

    /// <summary>Boolean, of a node: taken out for maintenance or released.</summary>
    public const string Maintenance = "Device Control/Maintenance";

    /// <summary>String, of a zone: auto or full.</summary>
    public const string FanMode = "Device Control/Fan Mode";

    /// <summary>Double, of a zone: % that the fans are fixed at.</summary>
    public const string FanDuty = "Device Control/Fan Duty";

    /// <summary>String: what became of the last command.</summary>
    public const string Result = "Device Control/Result";

    /// <summary>Of the edge node, in NBIRTH and NCMD.</summary>
    public const string Rebirth = "Node Control/Rebirth";

    /// <summary>More in one message is no operator's.</summary>
    public const int PerMessageMax = 16;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>The command that a written metric is; else in words why it is none.</summary>
    public static (GatewayCommand? Command, string Problem) Of(
        string device,
        EdgeMetric target,
        Metric written,
        ulong sentAt
    )
    {
        var value = MetricValues.Get(written, target.Type);
        var id = Id(device, target.Name, written.HasTimestamp ? written.Timestamp : sentAt);
        if (!target.Writable || value is null)
        {
            return (null, $"{target.Name} is no metric that can be written, or the value is no {target.Type}");
        }

        return (target.Name, value) switch
        {
            (Power, bool on) => (Command(on ? "on" : "off"), ""),
            (Maintenance, bool on) => (Command(on ? "maintain" : "release"), ""),
            (FanMode, "auto" or "full") => (Command("fan-mode") with { Mode = (string)value }, ""),
            (FanDuty, >= 0.0 and <= 100.0) => (
                Command("fan-mode") with
                {
                    Mode = "fixed",
                    DutyPercent = (double)value,
                },
                ""
            ),
            _ => (null, string.Create(CultureInfo.InvariantCulture, $"{target.Name} cannot be {value}")),
        };

        GatewayCommand Command(string verb) => new(id, "sparkplug", device, verb, Deadline, "", 100);
    }

    /// <summary>The same for the same message delivered twice: it is then carried out once.</summary>
    private static string Id(string device, string metric, ulong sentAt)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{device}\n{metric}\n{sentAt}");
        return $"sparkplug-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..12])}";
    }
}
