using System.Globalization;

namespace Holdfast.Storage.Shards;

/// <summary>One stream with a shard of the set, and what was noticed about it. A stream that cannot seek is read forward past what isn't needed.</summary>
internal sealed class ShardSource
{
    private readonly Stream stream;
    private readonly ShardHeader header;
    private readonly long start;

    /// <summary>How far the stream is, from the shard's beginning.</summary>
    private long at = ShardHeader.Length;

    private ShardFault fault;
    private string problem = "";
    private long firstDamaged;

    /// <param name="position">In the list that was given.</param>
    /// <param name="stream">Right behind the header.</param>
    public ShardSource(int position, Stream stream, ShardHeader header)
    {
        (Position, this.stream, this.header) = (position, stream, header);
        if (stream.CanSeek)
        {
            start = stream.Position - at;
            CheckLength(stream.Length - start);
        }
    }

    public int Position { get; }

    public int Index => header.Index;

    /// <summary>Nothing wrong was found so far.</summary>
    public bool IsGood => fault == ShardFault.None;

    /// <summary>Nothing more comes from it.</summary>
    public bool HasEnded { get; private set; }

    public long DamagedPieces { get; private set; }

    public ShardFinding Finding =>
        new(
            Position,
            header,
            fault,
            DamagedPieces == 0 || fault == ShardFault.Truncated
                ? problem
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {DamagedPieces} damaged piece{(DamagedPieces == 1 ? "" : "s")}, in stripe {firstDamaged}{(DamagedPieces == 1 ? "" : " for the first time")}: {problem}"
                ),
            DamagedPieces
        );

    /// <param name="framed">Where the piece and its checksum go; on failure they are not to be used.</param>
    /// <returns>Whether it is there and intact.</returns>
    public async ValueTask<bool> ReadAsync(long stripe, Memory<byte> framed, CancellationToken cancel)
    {
        try
        {
            if (!await GoToAsync(header.Set.PieceOffset(stripe), framed, cancel))
            {
                return false;
            }

            var count = await stream.ReadAtLeastAsync(framed, framed.Length, throwOnEndOfStream: false, cancel);
            at += count;
            if (count < framed.Length)
            {
                End();
                return false;
            }
        }
        catch (Exception e) when (StreamFailure.IsExpected(e))
        {
            // Where a medium broke it may go on further behind; where a stream cannot seek, nobody knows where it is now.
            HasEnded = !stream.CanSeek;
            SetDamaged(stripe, ShardFault.Unreadable, StreamFailure.TextOf(e));
            return false;
        }

        if (PieceChecksum.Fits(header.Set.Id, Index, stripe, framed.Span))
        {
            return true;
        }

        SetDamaged(stripe, ShardFault.Damaged, "its checksum does not fit");
        return false;
    }

    /// <summary>The checksums fit, yet the other shards prove some pieces wrong.</summary>
    public void Contradict(long firstStripe, long pieces)
    {
        SetDamaged(firstStripe, ShardFault.Damaged, "it does not fit the other shards");
        DamagedPieces += pieces - 1;
    }

    /// <summary>After the last stripe: whether the stream ends where the shard does.</summary>
    public async Task CheckEndAsync(CancellationToken cancel)
    {
        if (stream.CanSeek || HasEnded)
        {
            return;
        }

        try
        {
            if (await stream.ReadAsync(new byte[1], cancel) > 0)
            {
                Set(ShardFault.TooLong, "goes on after its end");
            }
        }
        catch (Exception e) when (StreamFailure.IsExpected(e))
        {
            Set(ShardFault.Unreadable, $"cannot be read to its end ({StreamFailure.TextOf(e)})");
        }
    }

    private async ValueTask<bool> GoToAsync(long offset, Memory<byte> scratch, CancellationToken cancel)
    {
        if (stream.CanSeek)
        {
            stream.Position = start + offset;
            at = offset;
        }

        while (at < offset)
        {
            var skipped = (int)Math.Min(scratch.Length, offset - at);
            var count = await stream.ReadAsync(scratch[..skipped], cancel);
            if (count == 0)
            {
                End();
                return false;
            }

            at += count;
        }

        return true;
    }

    private void CheckLength(long actual)
    {
        var expected = header.Set.ShardLength;
        if (actual < expected)
        {
            Set(ShardFault.Truncated, TextOfEnd(actual));
        }
        else if (actual > expected)
        {
            Set(
                ShardFault.TooLong,
                string.Create(CultureInfo.InvariantCulture, $"has {actual} bytes instead of {expected}")
            );
        }
    }

    private void End()
    {
        HasEnded = true;
        Set(ShardFault.Truncated, TextOfEnd(at));
    }

    private string TextOfEnd(long actual) =>
        string.Create(CultureInfo.InvariantCulture, $"ends after {actual} of {header.Set.ShardLength} bytes");

    private void SetDamaged(long stripe, ShardFault found, string why)
    {
        if (DamagedPieces++ == 0)
        {
            firstDamaged = stripe;
        }

        Set(found, why);
    }

    /// <summary>A shard that is too short says more by that than by its last piece.</summary>
    private void Set(ShardFault found, string why)
    {
        if (fault is ShardFault.None or ShardFault.TooLong)
        {
            (fault, problem) = (found, why);
        }
    }
}
