namespace Holdfast.Storage.Kernels.Raid;

/// <summary>An operation on the addresses of a stripe's shards.</summary>
internal unsafe interface IRaidWork
{
    /// <summary>Throws where the caller named shards that cannot be lost together in a stripe of this many.</summary>
    void CheckLost(int shards);

    /// <summary>Whether it writes this shard.</summary>
    bool Writes(int shard);

    void Run(byte** shards, int data, nint length);
}
