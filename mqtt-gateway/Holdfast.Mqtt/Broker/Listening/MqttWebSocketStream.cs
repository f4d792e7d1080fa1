using System.Net.WebSockets;

namespace Holdfast.Mqtt.Broker.Listening;

/// <summary>
/// The bytes of MQTT in the binary messages of a WebSocket; packets and messages need not have the same ends [MQTT-6.0.0-2]. A text message ends
/// the connection [MQTT-6.0.0-1].
/// </summary>
internal sealed class MqttWebSocketStream(WebSocket socket) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read.MessageType == WebSocketMessageType.Text)
                {
                    throw new IOException("a text message where MQTT is binary [MQTT-6.0.0-1]");
                }

                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return 0;
                }

                // An empty message is not the end.
                if (read.Count > 0 || buffer.IsEmpty)
                {
                    return read.Count;
                }
            }
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await socket
                .SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The WebSocket's own farewell (RFC 6455 §5.5.1).</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            try
            {
                await socket
                    .CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                // Gone already.
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }
}
