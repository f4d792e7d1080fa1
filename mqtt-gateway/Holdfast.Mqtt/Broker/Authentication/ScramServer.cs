using System.Security.Cryptography;
using System.Text;
using Holdfast.Mqtt.Authentication;

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
public sealed class ScramServer(
    IScramCredentials credentials,
    ReadOnlyMemory<byte> unknownUserKey,
    int unknownUserIterations = ScramCredential.IterationsMin
) : IEnhancedAuthenticator
{
    private const int NonceSize = 18;
    private const int SaltSize = 16;

    public string Method => ScramKeys.Method;

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

    private sealed class Exchange(ScramServer server) : IAuthenticationExchange
    {
        private ClientFirst? first;
        private ServerFirst? challenge;
        private ScramCredential? credential;
        private bool isKnown;

        public AuthenticationStep Next(ReadOnlySpan<byte> data) => first is null ? Challenge(data) : Verify(data);

        private AuthenticationStep Challenge(ReadOnlySpan<byte> data)
        {
            if (ClientFirst.Parse(data) is not { } message)
            {
                return default;
            }

            first = message;
            credential = server.CredentialOf(message.User, out isKnown);
            challenge = ServerFirst.Of(
                message.Nonce + server.Nonce(),
                credential.Salt.ToArray(),
                credential.Iterations
            );
            return new AuthenticationStep(AuthenticationOutcome.Continue, Encoding.UTF8.GetBytes(challenge.Text));
        }

        private AuthenticationStep Verify(ReadOnlySpan<byte> data)
        {
            if (
                ClientFinal.Parse(data) is not { Proof.Length: SHA256.HashSizeInBytes } final
                || final.Nonce != challenge!.Nonce
                || final.Binding != first!.Binding
            )
            {
                return default;
            }

            var signed = first.Signed(challenge, final.WithoutProof);
            var clientKey = ScramKeys.Mask(final.Proof, credential!.StoredKey.Span, signed);
            var isRight = CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(clientKey),
                credential.StoredKey.Span
            );
            CryptographicOperations.ZeroMemory(clientKey);
            var proof = new ServerFinal(ScramKeys.Signature(credential.ServerKey.Span, signed));
            return isRight & isKnown
                ? new AuthenticationStep(AuthenticationOutcome.Success, Encoding.UTF8.GetBytes($"{proof}"), first.User)
                : default;
        }
    }
}
