using System.Net;

namespace Holdfast.Conformance;

/// <summary>
/// Plays sequences against a broker: sends what they send, and wants every answer byte for byte. They are written for a broker
/// with a Receive Maximum of 20 and a Topic Alias Maximum of 10 that gives no reason strings.
/// </summary>
public sealed class SequencePlayer(EndPoint broker)
{
    private static readonly byte[] ConnAck = [0x20, 0x02, 0x00, 0x00];
    private static readonly byte[] ConnAck5 = [0x20, 0x09, 0x00, 0x00, 0x06, 0x22, 0x00, 0x0A, 0x21, 0x00, 0x14];
    private static readonly byte[] PingRequest = [0xC0, 0x00];
    private static readonly byte[] PingResponse = [0xD0, 0x00];

    /// <summary>What went wrong, in words; null where nothing did.</summary>
    public async Task<string?> PlayAsync(Sequence sequence, CancellationToken cancellationToken)
    {
        using var wire = await Wire.OpenAsync(broker, cancellationToken);
        var difference = await PlayAsync(wire, sequence, cancellationToken);
        await wire.EndAsync(cancellationToken);
        return difference;
    }

    private async Task<string?> PlayAsync(Wire wire, Sequence sequence, CancellationToken cancellationToken)
    {
        if (sequence.Connects)
        {
            await wire.SendAsync(Wire.Connect(sequence.Name, sequence.Version), cancellationToken);
            var connAck = sequence.Version == 5 ? ConnAck5 : ConnAck;
            if (
                await DifferenceAsync(wire, connAck, "CONNACK of the opening CONNECT", cancellationToken) is { } refused
            )
            {
                return refused;
            }
        }

        foreach (var step in sequence.Steps)
        {
            if (await StepAsync(wire, step, cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        return sequence.EndsConnection
            ? await EndAsync(wire, cancellationToken)
            : await PingAsync(wire, cancellationToken);
    }

    private async Task<string?> StepAsync(Wire wire, SequenceStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SequenceStep.Send send:
                await wire.SendAsync(send.Bytes, cancellationToken);
                return null;
            case SequenceStep.Receive receive:
                return await DifferenceAsync(wire, receive.Bytes, receive.Comment, cancellationToken);
            default:
                return await PublishAsync((SequenceStep.Publish)step, cancellationToken);
        }
    }

    private async Task<string?> PublishAsync(SequenceStep.Publish publish, CancellationToken cancellationToken)
    {
        using var helper = await Wire.OpenAsync(broker, cancellationToken);
        (byte[] Request, byte[] Answer)[] exchange =
        [
            (Wire.Connect("helper", 4), ConnAck),
            .. publish.Qos switch
            {
                0 => [],
                1 => [(Publish(), new byte[] { 0x40, 0x02, 0x00, 0x01 })],
                _ => new (byte[], byte[])[]
                {
                    (Publish(), [0x50, 0x02, 0x00, 0x01]),
                    ([0x62, 0x02, 0x00, 0x01], [0x70, 0x02, 0x00, 0x01]),
                },
            },
        ];
        foreach (var (request, answer) in exchange)
        {
            await helper.SendAsync(request, cancellationToken);
            if (await DifferenceAsync(helper, answer, "answer to the helper", cancellationToken) is { } difference)
            {
                return difference;
            }
        }

        if (publish.Qos == 0)
        {
            await helper.SendAsync(Publish(), cancellationToken);
        }

        await helper.EndAsync(cancellationToken);
        return null;

        byte[] Publish() => Wire.Publish(publish.Topic, publish.Payload, publish.Qos);
    }

    private static async Task<string?> PingAsync(Wire wire, CancellationToken cancellationToken)
    {
        await wire.SendAsync(PingRequest, cancellationToken);
        return await DifferenceAsync(wire, PingResponse, "answer to the ping at the end", cancellationToken);
    }

    private static async Task<string?> EndAsync(Wire wire, CancellationToken cancellationToken)
    {
        var (bytes, closed) = await wire.ReadAsync(1, cancellationToken);
        return bytes.Length > 0 ? $"0x{bytes[0]:X2} came where the connection was to be closed"
            : closed ? null
            : "still connected";
    }

    private static async Task<string?> DifferenceAsync(
        Wire wire,
        ReadOnlyMemory<byte> wanted,
        string what,
        CancellationToken cancellationToken
    )
    {
        var (bytes, closed) = await wire.ReadAsync(wanted.Length, cancellationToken);
        if (wanted.Span.SequenceEqual(bytes))
        {
            return null;
        }

        var end = closed ? " and the end" : "";
        return $"{what}: {Convert.ToHexString(wanted.Span)} was wanted, {Convert.ToHexString(bytes)}{end} came";
    }
}
