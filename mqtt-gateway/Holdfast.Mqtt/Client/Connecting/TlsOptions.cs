using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Mqtt.Client;

/// <summary>The form of one TLS handshake.</summary>
internal static class TlsOptions
{
    /// <summary>
    /// The caller's wishes with the name of the broker that is asked, and with our certificate of the moment. With one that may change
    /// no TLS session is resumed: the broker would go on with the certificate it saw first.
    /// </summary>
    public static SslClientAuthenticationOptions ForHandshake(
        SslClientAuthenticationOptions wanted,
        string host,
        X509Certificate2? certificate
    ) =>
        new()
        {
            AllowRenegotiation = false,
            AllowTlsResume = wanted.AllowTlsResume && certificate is null,
            ApplicationProtocols = wanted.ApplicationProtocols,
            CertificateChainPolicy = wanted.CertificateChainPolicy,
            CertificateRevocationCheckMode = wanted.CertificateRevocationCheckMode,
            CipherSuitesPolicy = wanted.CipherSuitesPolicy,
            ClientCertificates = certificate is null ? wanted.ClientCertificates : [certificate],
            ClientCertificateContext = certificate is null ? wanted.ClientCertificateContext : null,
            EnabledSslProtocols = wanted.EnabledSslProtocols,
            EncryptionPolicy = wanted.EncryptionPolicy,
            LocalCertificateSelectionCallback = certificate is null ? wanted.LocalCertificateSelectionCallback : null,
            RemoteCertificateValidationCallback = wanted.RemoteCertificateValidationCallback,
            TargetHost = string.IsNullOrEmpty(wanted.TargetHost) ? host : wanted.TargetHost,
        };
}
