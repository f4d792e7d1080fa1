using System.CommandLine;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Firmware.Broker;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>Whom we trust and who we are, in TLS.</summary>
internal static class TlsFiles
{
    private static readonly Option<string?> AuthorityFile = new("--ca")
    {
        Description = "The authority that the broker's certificate must be of, PEM; else the system's are trusted",
        HelpName = "FILE",
    };

    private static readonly Option<string?> CertificateFile = new("--cert")
    {
        Description = "Our certificate, PEM; replaced while we are connected, the connection is renewed",
        HelpName = "FILE",
    };

    private static readonly Option<string?> KeyFile = new("--key") { Description = "Its key, PEM", HelpName = "FILE" };

    public static void AddTo(Command command)
    {
        command.Options.Add(AuthorityFile);
        command.Options.Add(CertificateFile);
        command.Options.Add(KeyFile);
    }

    /// <param name="tls">What the broker's address asks for; null: no TLS.</param>
    /// <exception cref="MqttUsageException">They contradict each other, or a file cannot be read; in words.</exception>
    public static SslClientAuthenticationOptions? Tls(ParseResult parsed, SslClientAuthenticationOptions? tls)
    {
        var isWanted = parsed.GetValue(AuthorityFile) is not null || parsed.GetValue(CertificateFile) is not null;
        MqttUsageException.Unless(tls is not null || !isWanted, "--ca and --cert need a broker at mqtts:// or wss://");
        if (tls is null)
        {
            return null;
        }

        tls.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (parsed.GetValue(AuthorityFile) is { } file)
        {
            X509ChainPolicy? trust = null;
            OrUnreadable("--ca", file, () => trust = ClientTls.TrustOnly(file));
            MqttUsageException.Unless(trust!.CustomTrustStore.Count > 0, $"--ca: there is no certificate in {file}");
            tls.CertificateChainPolicy = trust;
        }

        return tls;
    }

    /// <exception cref="MqttUsageException">They contradict each other, or a file cannot be read; in words.</exception>
    public static PemCertificate? Certificate(ParseResult parsed)
    {
        var (certificate, key) = (parsed.GetValue(CertificateFile), parsed.GetValue(KeyFile));
        MqttUsageException.Unless(
            certificate is not null || key is null,
            "--key needs --cert, the certificate that it belongs to"
        );
        PemCertificate? read = null;
        if (certificate is not null)
        {
            OrUnreadable("--cert", certificate, () => read = new PemCertificate(certificate, key ?? certificate));
        }

        return read;
    }

    private static void OrUnreadable(string option, string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new MqttUsageException($"{option}: {file} cannot be read ({e.Message.TrimEnd('.')})");
        }
    }
}
