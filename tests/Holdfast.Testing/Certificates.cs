using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Testing;

/// <summary>An authority made for one test, and what it signs.</summary>
public sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 authority;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Holdfast test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A certificate with its key, for a server or a client.</summary>
    public X509Certificate2 Issue(string name, IPAddress? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }

        Span<byte> serial = stackalloc byte[8];
        RandomNumberGenerator.Fill(serial);
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        using var issued = request.Create(authority, from, to, serial);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Writes ca.pem, server.pem and server.key.</summary>
    public void WriteServer(string folder, IPAddress address)
    {
        using var server = Issue("server", address);
        using var key = server.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.pem"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes client.pem and client.key, in the name of a user.</summary>
    public void WriteClient(string folder, string name)
    {
        using var client = Issue(name, address: null);
        using var key = client.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "client.pem"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "client.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The authority itself, without its key.</summary>
    public X509Certificate2 Authority => X509CertificateLoader.LoadCertificate(authority.RawData);

    /// <summary>A client's options that trust this authority only.</summary>
    public SslClientAuthenticationOptions ClientOptions(X509Certificate2? certificate)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.Add(authority);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = trust,
            ClientCertificates = certificate is null ? null : [certificate],
        };
    }

    public void Dispose() => authority.Dispose();
}
