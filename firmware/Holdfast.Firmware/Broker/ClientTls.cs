using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Firmware.Broker;

/// <summary>Our side of TLS with a broker, of PEM files.</summary>
internal static class ClientTls
{
    /// <param name="host">The name that the broker's certificate must bear.</param>
    /// <param name="authority">The only one that is trusted; null: the system's.</param>
    /// <param name="certificate">Ours, with <paramref name="key"/>; null: none.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is not what it should be.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SslClientAuthenticationOptions Of(string host, string? authority, string? certificate, string? key)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = host };
        if (authority is not null)
        {
            tls.CertificateChainPolicy = TrustOnly(authority);
        }

        if (certificate is not null)
        {
            tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
        }

        return tls;
    }

    public static X509ChainPolicy TrustOnly(string authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authority);
        return policy;
    }
}
