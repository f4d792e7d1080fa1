using System.Globalization;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>
/// Turns a stream into k + m streams, of which any k give it back (<see cref="ShardReader"/>). Holds two stripes, <see cref="ShardLayout.BuffersMax"/> bytes at
/// most: while one is coded and written, the next is read. The form of a shard: <see cref="ShardHeader"/>.
/// </summary>
public sealed class ShardWriter
{
    private readonly ShardLayout layout;
    private readonly ShardContent content;
    private readonly Guid id;
    private readonly ErasureCode code;

    /// <param name="id">Of the set; null: a random one.</param>
    /// <exception cref="ArgumentException">The layout cannot be; the message says why.</exception>
    /// <exception cref="NotMdsException">A Vandermonde matrix of this size does not rebuild from any k shards, or isn't known to.</exception>
    public ShardWriter(ShardLayout layout, ShardContent content = ShardContent.Bytes, Guid? id = null)
    {
        if (layout.Problem() is { } problem)
        {
            throw new ArgumentException($"Shards cannot be written so: {problem}.", nameof(layout));
        }

        (this.layout, this.content, this.id) = (layout, content, id ?? Guid.NewGuid());
        code = ErasureCode.Create(layout.DataShards, layout.ParityShards, layout.Matrix);
    }

    /// <param name="source">Read from its position to its end.</param>
    /// <param name="shards">k + m, written from their positions on; not flushed, not closed.</param>
    /// <param name="sourceLength">
    /// In bytes, if it is known. Otherwise the headers are written last, the streams must be able to seek, and what was not written to its end is no shard.
    /// </param>
    /// <param name="progress">Is told how many bytes of the source are done.</param>
    /// <returns>The set, or what went wrong; some of each shard is written then.</returns>
    /// <exception cref="ArgumentException">There are not k + m streams, or one of them cannot seek and the length is not given.</exception>
    public async Task<ShardOutcome> WriteAsync(
        Stream source,
        IReadOnlyList<Stream> shards,
        long? sourceLength = null,
        IProgress<long>? progress = null,
        CancellationToken cancel = default
    )
    {
        CheckStreams(source, shards, sourceLength);
        var targets = new ShardTargets(id, shards.Select((stream, index) => (index, stream)));
        var failed = sourceLength is { } known
            ? await targets.WriteHeadersAsync(SetOf(known), cancel)
            : await targets.SkipHeadersAsync(cancel);
        if (failed is { } early)
        {
            return early;
        }

        var (outcome, length) = await WriteStripesAsync(source, targets, progress, cancel);
        if (outcome is { } ended)
        {
            return ended;
        }

        if (sourceLength is { } said)
        {
            return said == length
                ? new(ShardEnd.Done, SetOf(length), null, "")
                : new(
                    ShardEnd.SourceFailed,
                    null,
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"it has {length} bytes, not {said}")
                );
        }

        return await targets.FillInHeadersAsync(SetOf(length), cancel) ?? new(ShardEnd.Done, SetOf(length), null, "");
    }

    private ShardSet SetOf(long sourceLength) => new(id, layout, sourceLength, content);

    private async Task<(ShardOutcome? Failed, long Length)> WriteStripesAsync(
        Stream source,
        ShardTargets targets,
        IProgress<long>? progress,
        CancellationToken cancel
    )
    {
        var (current, next) = (new StripeBuffer(layout), new StripeBuffer(layout));
        var (count, length) = (0, 0L);
        var reading = FillAsync(source, current, 0, cancel);
        do
        {
            string? unreadable;
            (count, unreadable) = await reading;
            if (unreadable is not null)
            {
                return (new(ShardEnd.SourceFailed, null, null, unreadable), length);
            }

            reading =
                count == layout.StripeLength
                    ? FillAsync(source, next, current.Number + 1, cancel)
                    : Task.FromResult<(int, string?)>((0, null));
            try
            {
                if (count > 0 && await WriteStripeAsync(current, targets, cancel) is { } failed)
                {
                    return (failed, length);
                }
            }
            finally
            {
                // Nobody may close the source while it is read.
                await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            length += count;
            progress?.Report(length);
            (current, next) = (next, current);
        } while (count == layout.StripeLength);

        return (null, length);
    }

    private Task<ShardOutcome?> WriteStripeAsync(StripeBuffer buffer, ShardTargets targets, CancellationToken cancel)
    {
        code.Encode(buffer.Pieces);
        return targets.WritePiecesAsync(buffer, cancel);
    }

    /// <summary>Reads a stripe, or what is left of the source.</summary>
    private async Task<(int Count, string? Unreadable)> FillAsync(
        Stream source,
        StripeBuffer buffer,
        long number,
        CancellationToken cancel
    )
    {
        buffer.Begin(number, layout.PieceLength);
        var total = 0;
        try
        {
            for (var shard = 0; shard < layout.DataShards && total == shard * layout.PieceLength; shard++)
            {
                total += await source.ReadAtLeastAsync(
                    buffer.Pieces[shard],
                    layout.PieceLength,
                    throwOnEndOfStream: false,
                    cancel
                );
            }
        }
        catch (Exception e) when (StreamFailure.IsExpected(e))
        {
            return (0, StreamFailure.TextOf(e));
        }

        if (total > 0 && total < layout.StripeLength)
        {
            buffer.Spread(total);
        }

        return (total, null);
    }

    private void CheckStreams(Stream source, IReadOnlyList<Stream> shards, long? sourceLength)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shards);
        if (shards.Count != layout.TotalShards)
        {
            throw new ArgumentException(
                $"{shards.Count} streams were given; {layout.TotalShards} are needed.",
                nameof(shards)
            );
        }

        if (sourceLength is null && shards.Any(shard => !shard.CanSeek))
        {
            throw new ArgumentException(
                "Into streams that cannot seek only a source of known length can be written.",
                nameof(shards)
            );
        }

        if (sourceLength is < 0 or > ShardSet.SourceLengthMax)
        {
            throw new ArgumentOutOfRangeException(nameof(sourceLength));
        }
    }
}
