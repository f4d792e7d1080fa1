using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// "Dropped a–b of class metric, n messages, why, when": the word of the sender, signed, on messages that will not come. Its form on the wire
/// is JSON; what is signed are its fields as lines (<see cref="SignedBytes"/>), so that any language can build them again.
/// </summary>
/// <param name="Id">The same for a later record that replaces this one: the one with the higher count holds.</param>
/// <param name="Stream">Whose sequences these are.</param>
/// <param name="First">The lowest and the highest sequence dropped; others between them may still have come.</param>
/// <param name="Class">"alarm", "audit", "state", "metric"; several with a plus between them where that cannot be told apart.</param>
/// <param name="Count">So many messages at most were dropped.</param>
/// <param name="Why">In words.</param>
/// <param name="FromMs">The earliest of their times, in ms of Unix.</param>
/// <param name="AtMs">When they were dropped, by the sender's wall clock.</param>
public sealed record GapRecord(
    string Id,
    string Stream,
    long First,
    long Last,
    string Class,
    long Count,
    string Why,
    long FromMs,
    long ToMs,
    long AtMs
)
{
    /// <summary>The signer's public key: the first 16 hexadecimal digits of the SHA-256 of its SubjectPublicKeyInfo.</summary>
    public string Key { get; init; } = "";

    /// <summary>ECDSA with P-256 and SHA-256, DER (RFC 3279 §2.2.3), in Base64.</summary>
    public string Signature { get; init; } = "";

    /// <summary>The record and the one that came before it as one.</summary>
    public GapRecord MergedWith(GapRecord before) =>
        this with
        {
            First = Math.Min(First, before.First),
            Last = Math.Max(Last, before.Last),
            Count = Count + before.Count,
            FromMs = Math.Min(FromMs, before.FromMs),
            ToMs = Math.Max(ToMs, before.ToMs),
        };

    /// <summary>What the signature is over: a line for each field, in this order, UTF-8, each ended by a line feed.</summary>
    public byte[] SignedBytes() =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"holdfast-gap-1\n{Id}\n{Stream}\n{First}\n{Last}\n{Class}\n{Count}\n{Why}\n{FromMs}\n{ToMs}\n{AtMs}\n"
            )
        );

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, OutboxJson.Default.GapRecord);

    /// <summary>Null where it is none.</summary>
    public static GapRecord? FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var record = JsonSerializer.Deserialize(json, OutboxJson.Default.GapRecord);
            return record is { Id: not null, Stream: not null, Class: not null, Why: not null } ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether it is this key's word. A record that lacks a field, or was changed, is not.</summary>
    public bool IsSignedBy(ECDsa key)
    {
        var signature = new byte[256];
        return Convert.TryFromBase64String(Signature ?? "", signature, out var length)
            && key.VerifyData(
                SignedBytes(),
                signature.AsSpan(0, length),
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            );
    }
}

/// <summary>Signs records of gaps with the rack's own key.</summary>
public sealed class GapSigner(ECDsa key)
{
    /// <summary>For those who verify: PEM, SubjectPublicKeyInfo.</summary>
    public string PublicKeyPem => key.ExportSubjectPublicKeyInfoPem();

    public string KeyId { get; } = KeyIdOf(key);

    public static string KeyIdOf(ECDsa key) =>
        Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    public GapRecord Sign(GapRecord record)
    {
        // A line feed would let one field speak for the next.
        var plain = record with
        {
            Why = record.Why.ReplaceLineEndings(" "),
        };
        return plain with
        {
            Key = KeyId,
            Signature = Convert.ToBase64String(
                key.SignData(plain.SignedBytes(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ),
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GapRecord))]
[JsonSerializable(typeof(Checkpoint))]
internal sealed partial class OutboxJson : JsonSerializerContext;
