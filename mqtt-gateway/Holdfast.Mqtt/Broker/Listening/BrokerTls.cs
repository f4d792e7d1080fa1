using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Mqtt.Broker.Listening;

/// <summary>Where a client's certificate says its user name.</summary>
public enum CertificateName
{
    /// <summary>A certificate is only a key to the door; user and password say who it is.</summary>
    None,

    /// <summary>The common name (CN) of the subject.</summary>
    CommonName,

    /// <summary>The first DNS name of the subject alternative names.</summary>
    AlternativeName,
}

/// <summary>What a listener's TLS shows and asks for. One whole, exchanged as such.</summary>
public sealed record TlsIdentity
{
    /// <summary>With its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Of authorities between it and the root.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>Who may sign clients' certificates; empty: none is asked for.</summary>
    public X509Certificate2Collection ClientAuthorities { get; init; } = [];

    /// <summary>A client without a certificate is let in, to say its name and password.</summary>
    public bool MayLackCertificate { get; init; }

    public CertificateName UserName { get; init; }

    /// <summary>Also TLS 1.2, for old devices; else 1.3 only.</summary>
    public bool AllowsTls12 { get; init; }
}

/// <summary>
/// The TLS of a listener. <see cref="Replace"/> takes effect with the next handshake: connections that stand go on with what they began with, so that
/// a certificate can be exchanged at any time.
/// </summary>
public sealed class BrokerTls(TlsIdentity identity)
{
    private volatile Prepared current = new(identity);

    public void Replace(TlsIdentity identity) => current = new Prepared(identity);

    /// <returns>The secured stream, and the user name that the certificate says, or null.</returns>
    /// <exception cref="AuthenticationException">The client does not speak TLS, or its certificate is not good.</exception>
    internal async Task<(SslStream Stream, string? UserName)> SecureAsync(Stream stream, CancellationToken stop)
    {
        var with = current;
        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secured.AuthenticateAsServerAsync(with.Options, stop).ConfigureAwait(false);
            return (secured, NameOf(secured.RemoteCertificate, with.Identity.UserName));
        }
        catch
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string? NameOf(X509Certificate? certificate, CertificateName from)
    {
        if (from == CertificateName.None || certificate is not X509Certificate2 whole)
        {
            return null;
        }

        var name =
            from == CertificateName.CommonName
                ? whole.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
                : whole
                    .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                    .SelectMany(names => names.EnumerateDnsNames())
                    .FirstOrDefault();
        return string.IsNullOrEmpty(name)
            ? throw new AuthenticationException("the client's certificate does not say a name")
            : name;
    }

    private sealed class Prepared
    {
        public Prepared(TlsIdentity identity)
        {
            Identity = identity;
            var asks = identity.ClientAuthorities.Count > 0;
            Options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(
                    identity.Certificate,
                    identity.Intermediates,
                    offline: true
                ),
                EnabledSslProtocols = identity.AllowsTls12
                    ? SslProtocols.Tls12 | SslProtocols.Tls13
                    : SslProtocols.Tls13,
                ClientCertificateRequired = asks,
                AllowRenegotiation = false,
                CertificateChainPolicy = asks ? TrustIn(identity.ClientAuthorities) : null,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    !asks || errors == SslPolicyErrors.None || (certificate is null && identity.MayLackCertificate),
            };
        }

        public TlsIdentity Identity { get; }

        public SslServerAuthenticationOptions Options { get; }

        private static X509ChainPolicy TrustIn(X509Certificate2Collection authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(authorities);
            return policy;
        }
    }
}
