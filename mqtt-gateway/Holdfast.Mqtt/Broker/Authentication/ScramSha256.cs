using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Mqtt.Broker.Authentication;

/// <summary>
/// SCRAM-SHA-256 (RFC 7677, RFC 5802), the server's side, without channel binding. The client proves that it knows the password
/// and the server that it holds the user's keys; neither says anything from which the password could be guessed faster than
/// by trying. Guarantees: comparison in constant time; an unknown user is led to the end like a known one, with a salt that
/// stays the same for the name; nothing kept of a failed exchange. Names are taken as they come: prepared (RFC 8265) by whoever
/// enters them.
/// </summary>
/// <param name="credentials">The users.</param>
/// <param name="unknownUserKey">Secret and lasting, at least 16 bytes: makes the salts of names that nobody has.</param>
/// <param name="unknownUserIterations">What most users of this broker have, so that these do not stand out.</param>
public sealed class ScramSha256(
    IScramCredentials credentials,
    ReadOnlyMemory<byte> unknownUserKey,
    int unknownUserIterations = ScramCredential.IterationsMin
) : IEnhancedAuthenticator
{
    private const int NonceSize = 18;
    private const int SaltSize = 16;

    public string Method => "SCRAM-SHA-256";

    /// <summary>For tests: the server's part of the nonce.</summary>
    internal Func<string> Nonce { get; init; } =
        () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceSize));

    public IAuthenticationExchange Begin() => new Exchange(this);

    private ScramCredential CredentialOf(string user, out bool isKnown)
    {
        var found = credentials.Find(user);
        isKnown = found is not null;
        if (found is not null)
        {
            return found;
        }

        var made = HMACSHA256.HashData(unknownUserKey.Span, Encoding.UTF8.GetBytes(user));
        return new ScramCredential(made.AsMemory(0, SaltSize), unknownUserIterations, made, made);
    }

    private sealed class Exchange(ScramSha256 server) : IAuthenticationExchange
    {
        private ClientFirst? first;
        private ScramCredential? credential;
        private bool isKnown;
        private string nonce = "";
        private string serverFirst = "";

        public AuthenticationStep Next(ReadOnlySpan<byte> data) => first is null ? Challenge(data) : Verify(data);

        private AuthenticationStep Challenge(ReadOnlySpan<byte> data)
        {
            if (ClientFirst.Parse(data) is not { } message)
            {
                return default;
            }

            first = message;
            credential = server.CredentialOf(message.User, out isKnown);
            nonce = message.Nonce + server.Nonce();
            serverFirst = $"r={nonce},s={Convert.ToBase64String(credential.Salt.Span)},i={credential.Iterations}";
            return new AuthenticationStep(AuthenticationOutcome.Continue, Encoding.UTF8.GetBytes(serverFirst));
        }

        private AuthenticationStep Verify(ReadOnlySpan<byte> data)
        {
            if (
                ClientFinal.Parse(data) is not { Proof.Length: SHA256.HashSizeInBytes } final
                || final.Nonce != nonce
                || final.Binding != Convert.ToBase64String(Encoding.UTF8.GetBytes(first!.Header))
            )
            {
                return default;
            }

            var signed = Encoding.UTF8.GetBytes($"{first.Bare},{serverFirst},{final.WithoutProof}");
            var clientKey = HMACSHA256.HashData(credential!.StoredKey.Span, signed);
            for (var i = 0; i < clientKey.Length; i++)
            {
                clientKey[i] ^= final.Proof[i];
            }

            var isRight = CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(clientKey),
                credential.StoredKey.Span
            );
            var signature = HMACSHA256.HashData(credential.ServerKey.Span, signed);
            return isRight & isKnown
                ? new AuthenticationStep(
                    AuthenticationOutcome.Success,
                    Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}"),
                    first.User
                )
                : default;
        }
    }
}
