using System.Buffers.Binary;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>What tells whether a BMC's sensor records may be others than before; null where the BMC does not say.</summary>
/// <param name="Identity">Another BMC, or another firmware, has other records.</param>
/// <param name="Contents">How many records there are and when the last one came and went (Get SDR Repository Info, IPMI 2.0 §33.9).</param>
internal readonly record struct RepositoryState(
    IpmiIdentity? Identity,
    (ushort Count, uint Added, uint Erased)? Contents
)
{
    private const byte Storage = 0x0A;
    private const byte GetInfo = 0x20;
    private const int InfoLength = 14;

    /// <summary>Asks the BMC; null: it is silent.</summary>
    public static async Task<RepositoryState?> ReadAsync(AskBmc ask, CancellationToken cancellationToken)
    {
        var info = await ask(Storage, GetInfo, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        if (info.Problem.Length > 0)
        {
            return null;
        }

        var identity = await IpmiIdentity.ReadAsync(ask, cancellationToken).ConfigureAwait(false);
        return new RepositoryState(
            identity,
            info.Ok && info.Data.Length >= InfoLength
                ? (
                    BinaryPrimitives.ReadUInt16LittleEndian(info.Data.AsSpan(1)),
                    BinaryPrimitives.ReadUInt32LittleEndian(info.Data.AsSpan(5)),
                    BinaryPrimitives.ReadUInt32LittleEndian(info.Data.AsSpan(9))
                )
                : null
        );
    }

    /// <summary>What is not said is no change: a lost answer must not cost a walk through all records.</summary>
    public bool DiffersFrom(RepositoryState before) =>
        (Identity is { } identity && before.Identity is { } other && identity != other)
        || (Contents is { } contents && before.Contents is { } others && contents != others);
}
