using System.Security.Cryptography;

namespace Holdfast.Gateway.Commands.Access;

/// <summary>An operator's public key: ECDSA on P-256 (FIPS 186-5), as SubjectPublicKeyInfo (RFC 5480).</summary>
public sealed class OperatorKey
{
    private const int P256Bits = 256;
    private const int P1363Length = 64;
    private const int IdLength = 16;
    private const int SignatureLengthMax = 80;

    private readonly byte[] publicKey;

    private OperatorKey(byte[] publicKey)
    {
        this.publicKey = publicKey;
        Id = IdOf(publicKey);
    }

    /// <summary>16 hexadecimal digits: the beginning of the SHA-256 of the key.</summary>
    public string Id { get; }

    /// <summary>In base64, as it stands in the access file.</summary>
    public string Text => Convert.ToBase64String(publicKey);

    /// <summary>The key in base64; null: it is none of P-256.</summary>
    public static OperatorKey? Read(string text)
    {
        var bytes = new byte[256];
        if (text.Length > bytes.Length || !Convert.TryFromBase64String(text, bytes, out var length))
        {
            return null;
        }

        return Of(bytes.AsSpan(0, length));
    }

    /// <summary>The public half of a private key.</summary>
    public static OperatorKey Of(ECDsa privateKey) =>
        Of(privateKey.ExportSubjectPublicKeyInfo())
        ?? throw new ArgumentException("the key is not one of P-256", nameof(privateKey));

    /// <summary>Whether the signature, of 64 bytes (IEEE P1363) or in DER (RFC 3279), is this key's under the bytes.</summary>
    public bool Verifies(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        if (signature.Length > SignatureLengthMax)
        {
            return false;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        var form =
            signature.Length == P1363Length
                ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation
                : DSASignatureFormat.Rfc3279DerSequence;
        try
        {
            return key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, form);
        }
        catch (CryptographicException)
        {
            // DER that is none.
            return false;
        }
    }

    private static OperatorKey? Of(ReadOnlySpan<byte> publicKey)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            var parameters = key.ExportParameters(includePrivateParameters: false);
            var isP256 =
                key.KeySize == P256Bits
                && parameters.Curve.IsNamed
                && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;
            return isP256 && read == publicKey.Length ? new OperatorKey(key.ExportSubjectPublicKeyInfo()) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string IdOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..IdLength];
}
