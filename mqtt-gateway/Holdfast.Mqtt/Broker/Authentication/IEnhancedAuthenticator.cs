namespace Holdfast.Mqtt.Broker.Authentication;

/// <summary>
/// A method of MQTT 5's enhanced authentication (§4.12): client and broker exchange data in AUTH packets until the broker is
/// sure who the client is. Called under the broker's lock: it answers at once and calls nothing of the broker.
/// </summary>
public interface IEnhancedAuthenticator
{
    /// <summary>The Authentication Method as it stands in CONNECT, "SCRAM-SHA-256"; compared byte for byte.</summary>
    string Method { get; }

    /// <summary>One client begins, with its CONNECT or to authenticate again.</summary>
    IAuthenticationExchange Begin();
}

/// <summary>One client's way through a method; it keeps what was said so far.</summary>
public interface IAuthenticationExchange
{
    /// <param name="data">The client's Authentication Data; empty where it sent none.</param>
    /// <returns>What to do. After anything but <see cref="AuthenticationOutcome.Continue"/> it is not called again.</returns>
    AuthenticationStep Next(ReadOnlySpan<byte> data);
}

/// <summary>What an exchange says to the client's last data.</summary>
public enum AuthenticationOutcome
{
    /// <summary>Not who it says it is, or not in the form of the method: refused with 0x87, without saying which.</summary>
    Failure,

    /// <summary>The data go to the client in an AUTH packet, and its answer is awaited.</summary>
    Continue,

    /// <summary>The client has proven to be the user; the data go to it with CONNACK, or with AUTH when it did so again.</summary>
    Success,
}

/// <param name="Data">For the client; empty: none.</param>
/// <param name="UserName">Who it is; with <see cref="AuthenticationOutcome.Success"/> only.</param>
public readonly record struct AuthenticationStep(
    AuthenticationOutcome Outcome,
    ReadOnlyMemory<byte> Data = default,
    string? UserName = null
);
