using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Holdfast.Firmware.Boards;
using Holdfast.Mqtt.Broker.Listening;

namespace Holdfast.Firmware.Broker;

/// <summary>The certificates and the key that a listener names.</summary>
internal sealed class TlsFiles(List<BoardProblem> problems, Func<JsonNode, string?> existing)
{
    public TlsIdentity? Read(JsonNode node)
    {
        var (certificateFile, keyFile, authorityFile) = (
            node["certificate_file"]!,
            node["key_file"]!,
            node["client_ca_file"]
        );
        var userNameFrom = node["user_name_from"]?.Text ?? "none";
        if (authorityFile is null && (userNameFrom != "none" || node["client_certificate"] is not null))
        {
            problems.Add(
                node.Problem("no client is asked for a certificate", "Name the authorities in \"client_ca_file\"")
            );
            return null;
        }

        var (certificate, key, authority) = (
            existing(certificateFile),
            existing(keyFile),
            authorityFile is null ? null : existing(authorityFile)
        );
        if (certificate is null || key is null || (authorityFile is not null && authority is null))
        {
            return null;
        }

        var chain = Try(certificateFile, () => Collection(certificate));
        var leaf = Try(keyFile, () => X509Certificate2.CreateFromPemFile(certificate, key));
        var authorities = authority is null ? [] : Try(authorityFile!, () => Collection(authority));
        if (chain is null || leaf is null || authorities is null)
        {
            return null;
        }

        chain.RemoveAt(0);
        return new TlsIdentity
        {
            Certificate = leaf,
            Intermediates = chain,
            ClientAuthorities = authorities,
            MayLackCertificate = node["client_certificate"]?.Text == "optional",
            UserName = userNameFrom switch
            {
                "cn" => CertificateName.CommonName,
                "san" => CertificateName.AlternativeName,
                _ => CertificateName.None,
            },
            AllowsTls12 = node["tls12"]?.Kind == JsonValueKind.True,
        };
    }

    private static X509Certificate2Collection Collection(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("no certificate is in it");
    }

    private T? Try<T>(JsonNode named, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(
                named.Problem(
                    $"{named.Text} cannot be used ({e.Message.TrimEnd('.')})",
                    "Certificate and key must be PEM and belong together"
                )
            );
            return null;
        }
    }
}
