using Holdfast.Hal.Devices.Ipmi;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>A BMC's answers without its network: temperature sensors whose records the test adds, spoils and hides.</summary>
internal sealed class ScriptedBmc
{
    private const byte GetRecord = 0x23;
    private const ushort LastRecord = 0xFFFF;

    private ushort count;

    /// <summary>The labels, in the order of the records; the first has the number 1.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>The time of the last addition, as the BMC tells it.</summary>
    public byte AddedAt { get; set; }

    public byte Product { get; set; } = 7;

    /// <summary>Numbers of records that cannot be read, from that offset on, and the completion code then; null: no answer.</summary>
    public Dictionary<int, (byte Offset, byte? Completion)> Spoilt { get; } = [];

    /// <summary>It knows no Get SDR Repository Info.</summary>
    public bool KnowsNoInfo { get; set; }

    public bool Silent { get; set; }

    public int RecordsAsked { get; private set; }

    public Task<IpmiAnswer> AskAsync(
        byte function,
        byte command,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken
    ) => Task.FromResult(Silent ? IpmiAnswer.Failed("silent") : Answer(function, command, data.Span));

    private IpmiAnswer Answer(byte function, byte command, ReadOnlySpan<byte> data) =>
        (function, command) switch
        {
            (0x06, 0x01) => Done(0x20, 0, 1, 0, 2, 0, 1, 0, 0, Product, 0),
            (0x0A, 0x20) when !KnowsNoInfo => Done(0x51, (byte)Labels.Count, 0, 9, 9, AddedAt, 0, 0, 0, 0, 0, 0, 0, 2),
            (0x0A, 0x22) => Done((byte)++count, (byte)(count >> 8)),
            (0x0A, GetRecord) => Record(data),
            (0x04, 0x2D) => Done(data[0], 0x40, 0),
            _ => new IpmiAnswer(0xC1, [], ""),
        };

    private IpmiAnswer Record(ReadOnlySpan<byte> request)
    {
        RecordsAsked++;
        var number = Math.Max(1, request[2] | (request[3] << 8));
        if (number > Labels.Count)
        {
            return new IpmiAnswer(0xCB, [], "");
        }

        var offset = request[4];
        if (Spoilt.TryGetValue(number, out var spoilt) && offset >= spoilt.Offset)
        {
            return spoilt.Completion is { } code ? new IpmiAnswer(code, [], "") : IpmiAnswer.Failed("silent");
        }

        var record = SensorRecordTests.Record(label: Labels[number - 1]);
        record[7] = (byte)number;
        var next = number < Labels.Count ? number + 1 : LastRecord;
        return Done([
            (byte)next,
            (byte)(next >> 8),
            .. record.AsSpan(offset, Math.Min(request[5], record.Length - offset)),
        ]);
    }

    private static IpmiAnswer Done(params byte[] data) => new(0, data, "");
}
