using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Firmware.Boards;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>What all commands have in common that reach a rack through its broker: where that is, who we are there, which rack is meant.</summary>
internal static class RemoteOptions
{
    private const string BrokerDefault = "127.0.0.1:1883";
    private const string BrokerVariable = "HOLDFAST_MQTT";
    private const int PasswordFileLengthMax = 1024;

    private static readonly Option<string?> Broker = new("--broker")
    {
        Description = $"The rack's broker; else {BrokerVariable}, else {BrokerDefault}",
        HelpName = "HOST:PORT",
    };

    private static readonly Option<string?> Rack = new("--rack")
    {
        Description = "The rack; without it the only one at the broker",
        HelpName = "NAME",
    };

    private static readonly Option<string?> User = new("--user")
    {
        Description = "The user at the broker",
        HelpName = "NAME",
    };

    private static readonly Option<string?> PasswordFile = new("--password-file")
    {
        Description = "The file with the user's password",
        HelpName = "FILE",
    };

    private static readonly Option<string?> CaFile = new("--ca-file")
    {
        Description = "The authority that signed the broker's certificate (PEM); it switches TLS on",
        HelpName = "FILE",
    };

    private static readonly Option<string?> CertificateFile = new("--certificate-file")
    {
        Description = "Our certificate for the broker (PEM)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> CertificateKeyFile = new("--certificate-key-file")
    {
        Description = "The key of our certificate (PEM)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> KeyFile = new("--key")
    {
        Description = "Sign with this operator's key",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs" };

    /// <param name="signs">It can sign what it sends.</param>
    public static Command With(
        Terminal terminal,
        Command command,
        bool signs,
        Func<RemoteAsked, CancellationToken, Task<int>> run
    )
    {
        Option[] common = [Broker, Rack, User, PasswordFile, CaFile, CertificateFile, CertificateKeyFile, Json];
        foreach (var option in signs ? common.Append(KeyFile) : common)
        {
            command.Options.Add(option);
        }

        command.SetAction(
            (parsed, stop) => RunAsync(new RemoteAsked(parsed, parsed.GetValue(Json), terminal), run, stop)
        );
        return command;
    }

    public static string? RackOf(ParseResult parsed) => parsed.GetValue(Rack);

    /// <summary>The key to sign with; null: none was named.</summary>
    /// <exception cref="RemoteException">There is none in the file.</exception>
    public static ECDsa? KeyOf(ParseResult parsed) =>
        parsed.GetValue(KeyFile) is { } path ? OperatorKeyFile.Read(path) : null;

    /// <exception cref="RemoteException">An address, a file or a password is wrong.</exception>
    public static MqttClientOptions ClientOf(ParseResult parsed, string clientId)
    {
        var variable = Environment.GetEnvironmentVariable(BrokerVariable);
        var address = parsed.GetValue(Broker) ?? (variable is null or "" ? BrokerDefault : variable);
        var at = address.LastIndexOf(':');
        if (at <= 0 || !ushort.TryParse(address[(at + 1)..], out var port) || port == 0)
        {
            throw new RemoteException(
                $"'{address}' is no broker: write host and port, as {BrokerDefault}",
                ExitCode.Usage
            );
        }

        var host = address[..at].Trim('[', ']');
        return new MqttClientOptions(host, port, clientId)
        {
            Version = MqttVersion.V5,
            UserName = parsed.GetValue(User),
            Password = parsed.GetValue(PasswordFile) is { } file ? PasswordIn(file) : default,
            Tls = TlsOf(parsed, host),
        };
    }

    private static byte[] PasswordIn(string file)
    {
        var (bytes, unreadable) = BoundedFile.Read(file, PasswordFileLengthMax);
        return bytes is null
            ? throw new RemoteException($"the password file {file} cannot be read ({unreadable})", ExitCode.Usage)
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n'));
    }

    private static SslClientAuthenticationOptions? TlsOf(ParseResult parsed, string host)
    {
        var (authority, certificate) = (parsed.GetValue(CaFile), parsed.GetValue(CertificateFile));
        if (authority is null && certificate is null)
        {
            return null;
        }

        try
        {
            var tls = new SslClientAuthenticationOptions { TargetHost = host };
            if (authority is not null)
            {
                var policy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                policy.CustomTrustStore.ImportFromPemFile(authority);
                tls.CertificateChainPolicy = policy;
            }

            if (certificate is not null)
            {
                var key = parsed.GetValue(CertificateKeyFile);
                tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
            }

            return tls;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"a certificate cannot be read ({e.Message.TrimEnd('.')})", ExitCode.Usage);
        }
    }

    private static async Task<int> RunAsync(
        RemoteAsked asked,
        Func<RemoteAsked, CancellationToken, Task<int>> run,
        CancellationToken stop
    )
    {
        try
        {
            return await run(asked, stop);
        }
        catch (RemoteException e)
        {
            return asked.Terminal.Fail(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return asked.Terminal.Fail("nobody waits for the answer any more; the rack goes on", ExitCode.NotDone);
        }
    }
}

/// <summary>What was asked for, in which form the answer is wanted, and where it goes.</summary>
internal sealed record RemoteAsked(ParseResult Parsed, bool Json, Terminal Terminal);
