namespace Holdfast.Mqtt.Client;

/// <summary>
/// The client's side of one exchange of enhanced authentication (MQTT 5.0 §4.12). Synchronous, and without effect outside: it gets what
/// the broker said and gives what is to be answered.
/// </summary>
public interface IMqttAuthentication
{
    /// <summary>As the broker knows it, "SCRAM-SHA-256".</summary>
    string Method { get; }

    /// <summary>What is said first, in CONNECT, or in AUTH when a connection authenticates again; may be empty.</summary>
    ReadOnlyMemory<byte> Begin();

    AuthenticationAnswer Answer(ReadOnlyMemory<byte> challenge);

    /// <summary>The broker lets us in: returns why it is not to be believed, null where it is.</summary>
    string? Finish(ReadOnlyMemory<byte> data);
}

/// <param name="Data">What is answered.</param>
/// <param name="Problem">Instead: why the connection is to be ended, in words and without secrets.</param>
public readonly record struct AuthenticationAnswer(ReadOnlyMemory<byte> Data, string? Problem = null);
