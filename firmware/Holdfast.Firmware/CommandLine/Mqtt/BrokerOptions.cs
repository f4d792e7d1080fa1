using System.CommandLine;
using System.Security.Cryptography;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>Which broker, and as whom: the options that all commands for any broker have.</summary>
internal static class BrokerOptions
{
    private const string UrlDefault = "mqtt://127.0.0.1:1883";
    private const string UrlVariable = "HOLDFAST_BROKER";

    private static readonly Option<string?> Url = new("--broker", "-b")
    {
        Description =
            $"mqtt://, mqtts://, ws:// or wss://, with a user name but no password; else {UrlVariable}, else {UrlDefault}",
        HelpName = "URL",
    };

    private static readonly Option<string?> User = new("--user", "-u")
    {
        Description = "The user name",
        HelpName = "NAME",
    };

    private static readonly Option<string?> PasswordFile = new("--password-file")
    {
        Description = "The file with the password",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Scram = new("--scram")
    {
        Description = "Prove the password with SCRAM-SHA-256 instead of sending it",
    };

    private static readonly Option<string> Version = new("--version", "-V")
    {
        Description = "The version of MQTT: 5 or 3.1.1",
        HelpName = "VERSION",
        DefaultValueFactory = _ => "5",
    };

    private static readonly Option<string?> ClientId = new("--client-id", "-i")
    {
        Description = "The name of our session; else a new one",
        HelpName = "NAME",
    };

    private static readonly Option<int?> Session = Options.Number(
        "--session",
        "Seconds for which the broker keeps our session after we left; needs --client-id",
        0,
        int.MaxValue
    );

    private static readonly Option<int?> KeepAlive = Options.Number("--keep-alive", "Seconds [20]", 1, ushort.MaxValue);

    static BrokerOptions() => Version.AcceptOnlyFromAmong("5", "3.1.1");

    public static void AddTo(Command command)
    {
        Option[] all = [Url, User, PasswordFile, Scram, Version, ClientId, Session, KeepAlive];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        TlsFiles.AddTo(command);
        ProxyOptions.AddTo(command);
    }

    /// <summary>The options of a client, and what belongs to them.</summary>
    /// <exception cref="MqttUsageException">They contradict each other, or a file cannot be read; in words.</exception>
    public static BrokerChoice Read(ParseResult parsed)
    {
        var variable = Environment.GetEnvironmentVariable(UrlVariable);
        var url = parsed.GetValue(Url) ?? (variable is null or "" ? UrlDefault : variable);
        var name = parsed.GetValue(ClientId) ?? $"holdfast-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var (options, problem) = BrokerUrl.Parse(url, name);
        if (options is null)
        {
            throw new MqttUsageException($"--broker: {problem}");
        }

        MqttUsageException.Unless(
            parsed.GetValue(Session) is null or 0 || parsed.GetValue(ClientId) is not null,
            "--session needs --client-id, by which the session is found again"
        );
        var user = parsed.GetValue(User) ?? options.UserName;
        var password = SecretFile.Read(parsed.GetValue(PasswordFile));
        var scram = parsed.GetValue(Scram);
        MqttUsageException.Unless(
            !scram || (user is not null && password is not null),
            "--scram needs --user and --password-file"
        );
        var certificate = TlsFiles.Certificate(parsed);
        return new BrokerChoice(
            options with
            {
                Version = parsed.GetValue(Version) == "5" ? MqttVersion.V5 : MqttVersion.V311,
                UserName = scram ? null : user,
                Password = scram ? default : password,
                Authentication = scram ? () => new ScramClient(user!, password) : null,
                Tls = TlsFiles.Tls(parsed, options.Tls),
                ClientCertificate = certificate is null ? null : certificate.Current,
                SessionExpiry = TimeSpan.FromSeconds(parsed.GetValue(Session) ?? 0),
                KeepAlive = TimeSpan.FromSeconds(parsed.GetValue(KeepAlive) ?? 20),
                Proxy = ProxyOptions.Read(parsed),
            },
            certificate
        );
    }
}

/// <param name="Certificate">Ours, which the options ask; null: none.</param>
internal sealed record BrokerChoice(MqttClientOptions Options, PemCertificate? Certificate) : IDisposable
{
    public void Dispose() => Certificate?.Dispose();
}
