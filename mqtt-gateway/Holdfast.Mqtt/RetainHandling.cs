namespace Holdfast.Mqtt;

/// <summary>Whether retained messages are sent when a subscription is made (MQTT 5.0 §3.8.3.1).</summary>
public enum RetainHandling : byte
{
    Send = 0,

    /// <summary>Only if the subscription was not there before.</summary>
    SendIfNew = 1,
    DoNotSend = 2,
}
