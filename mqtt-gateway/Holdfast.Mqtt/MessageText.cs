using System.Text;

namespace Holdfast.Mqtt;

/// <summary>A message's payload as text.</summary>
public static class MessageText
{
    extension(MqttMessage message)
    {
        /// <summary>The payload as UTF-8; what is none shows as U+FFFD.</summary>
        public string Text => Encoding.UTF8.GetString(message.Payload.Span);
    }
}
