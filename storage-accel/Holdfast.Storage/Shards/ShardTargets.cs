namespace Holdfast.Storage.Shards;

/// <summary>The streams that shards are written to, all at once.</summary>
internal sealed class ShardTargets
{
    private readonly Guid set;
    private readonly (int Index, Stream Stream)[] targets;
    private readonly Together<string?> writing;
    private readonly byte[][] headers;

    public ShardTargets(Guid set, IEnumerable<(int Index, Stream Stream)> targets)
    {
        (this.set, this.targets) = (set, [.. targets]);
        writing = new Together<string?>(this.targets.Length);
        headers = [.. this.targets.Select(_ => new byte[ShardHeader.Length])];
    }

    /// <summary>Keeps the headers' place until they can be written.</summary>
    public Task<ShardOutcome?> SkipHeadersAsync(CancellationToken cancel) => WriteHeadersAsync(cancel);

    /// <summary>At the streams' positions.</summary>
    public Task<ShardOutcome?> WriteHeadersAsync(ShardSet known, CancellationToken cancel)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            new ShardHeader(known, targets[i].Index).Write(headers[i]);
        }

        return WriteHeadersAsync(cancel);
    }

    /// <summary>Goes back to where the headers' place was kept.</summary>
    public async Task<ShardOutcome?> FillInHeadersAsync(ShardSet known, CancellationToken cancel)
    {
        Seek(-known.ShardLength);
        var failed = await WriteHeadersAsync(known, cancel);
        Seek(known.ShardLength - ShardHeader.Length);
        return failed;
    }

    /// <summary>Seals the pieces and writes them.</summary>
    /// <returns>What went wrong; null: nothing.</returns>
    public Task<ShardOutcome?> WritePiecesAsync(StripeBuffer buffer, CancellationToken cancel)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            var (index, stream) = targets[i];
            var framed = buffer.Framed(index);
            PieceChecksum.Seal(set, index, buffer.Number, framed.Span);
            writing.Add(StreamFailure.WriteAsync(stream, framed, cancel));
        }

        return FinishAsync();
    }

    private Task<ShardOutcome?> WriteHeadersAsync(CancellationToken cancel)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            writing.Add(StreamFailure.WriteAsync(targets[i].Stream, headers[i], cancel));
        }

        return FinishAsync();
    }

    private void Seek(long distance)
    {
        foreach (var (_, stream) in targets)
        {
            stream.Seek(distance, SeekOrigin.Current);
        }
    }

    private async Task<ShardOutcome?> FinishAsync()
    {
        var problems = await writing.FinishAsync();
        for (var i = 0; i < targets.Length; i++)
        {
            if (problems.Span[i] is { } problem)
            {
                return new(ShardEnd.TargetFailed, null, targets[i].Index, problem);
            }
        }

        return null;
    }
}
