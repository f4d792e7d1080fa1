using System.Text.Json.Serialization;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>A broker in the bridge's file, and how to reach it.</summary>
internal sealed record BridgePeer
{
    /// <summary>HOST:PORT.</summary>
    public required string Broker { get; set; }

    public string? Name { get; set; }

    /// <summary>"5" or "3.1.1".</summary>
    public string Version { get; set; } = "5";

    public string? User { get; set; }

    public string? PasswordFile { get; set; }

    public string? CaFile { get; set; }

    public string? CertificateFile { get; set; }

    public string? KeyFile { get; set; }

    /// <summary>Identity around the payload; for a broker of 3.1.1.</summary>
    public bool Envelope { get; set; }

    /// <summary>The pace of what waited, messages a second; left out: as the broker takes it.</summary>
    public double? BacklogPerSecond { get; set; }

    [JsonIgnore]
    public MqttVersion MqttVersion => Version == "5" ? MqttVersion.V5 : MqttVersion.V311;

    [JsonIgnore]
    public string NameOrHost => Name ?? Broker;

    [JsonIgnore]
    public string Host => Broker[..Math.Max(0, Broker.LastIndexOf(':'))];

    [JsonIgnore]
    public int Port => int.TryParse(Broker.AsSpan(Broker.LastIndexOf(':') + 1), out var port) ? port : 0;

    public IEnumerable<string> Problems()
    {
        if (Host.Length == 0 || Port is < 1 or > 65_535)
        {
            yield return $"\"broker\" must be HOST:PORT, as mqtt.example:8883; not \"{Broker}\"";
        }

        if (Version is not ("5" or "3.1.1"))
        {
            yield return $"\"version\" must be \"5\" or \"3.1.1\", not \"{Version}\"";
        }

        if (Envelope && Version == "5")
        {
            yield return $"{NameOrHost}: \"envelope\" is for a broker of 3.1.1; MQTT 5 carries the identity in user properties";
        }

        if (CertificateFile is null != KeyFile is null)
        {
            yield return $"{NameOrHost}: \"certificate_file\" and \"key_file\" go together";
        }

        if (BacklogPerSecond is <= 0)
        {
            yield return $"{NameOrHost}: \"backlog_per_second\" must be above 0";
        }
    }
}
