using System.Buffers;
using Holdfast.Mqtt.Transport;
using Xunit;

namespace Holdfast.Mqtt.Tests.Transport;

public sealed class InputBufferTests
{
    private readonly InputBuffer buffer = new();

    [Fact]
    public void What_is_kept_stands_before_what_comes_next()
    {
        Receive(1, 2, 3, 4, 5);
        buffer.Keep(2);
        Receive(6, 7);
        Assert.Equal([4, 5, 6, 7], buffer.Held.ToArray());
    }

    [Fact]
    public void It_says_when_a_read_left_no_room()
    {
        Receive(1);
        Assert.False(buffer.WasFilled);
        var room = buffer.Room();
        buffer.Received(room.Length);
        Assert.True(buffer.WasFilled);
        Assert.True(buffer.Room().Length >= 64 * 1024);
    }

    [Fact]
    public void A_long_packet_in_short_pieces_comes_together()
    {
        var random = new SeededRandom(3);
        var sent = new byte[200_000];
        random.Fill(sent);
        for (var at = 0; at < sent.Length; )
        {
            var room = buffer.Room().Span;
            var count = Math.Min(Math.Min(1 + random.Next(3_000), room.Length), sent.Length - at);
            sent.AsSpan(at, count).CopyTo(room);
            buffer.Received(count);
            buffer.Keep(buffer.Held.Length);
            at += count;
        }

        Assert.Equal(sent, buffer.Held.ToArray());
    }

    private void Receive(params byte[] bytes)
    {
        bytes.CopyTo(buffer.Room());
        buffer.Received(bytes.Length);
    }
}
