using System.Text.Json.Serialization;
using Holdfast.Storage.Shards;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What a storage command says with --json.</summary>
/// <param name="Folder">Where the shards are.</param>
/// <param name="Set">The id that all shards of the set carry.</param>
/// <param name="DataShards">k.</param>
/// <param name="ParityShards">m.</param>
/// <param name="Matrix">cauchy or vandermonde.</param>
/// <param name="ShardLength">Bytes of each shard in a stripe.</param>
/// <param name="FileLength">Bytes of each shard's file.</param>
/// <param name="SourceLength">Bytes that the shards give back; of a directory: of its archive.</param>
/// <param name="Content">file or directory.</param>
/// <param name="State">whole, damaged (all can be rebuilt) or lost.</param>
/// <param name="Problem">Why it is lost; empty otherwise.</param>
/// <param name="Interrupted">A command that changes the folder was killed, or is at work.</param>
/// <param name="Shards">All k + m, in order.</param>
/// <param name="Others">Files that end in .shard and are none of these.</param>
internal sealed record StorageDocument(
    string Folder,
    string Set,
    int DataShards,
    int ParityShards,
    string Matrix,
    int ShardLength,
    long FileLength,
    long SourceLength,
    string Content,
    string State,
    string Problem,
    bool Interrupted,
    IReadOnlyList<ShardDocument> Shards,
    IReadOnlyList<OtherDocument> Others
)
{
    public static StorageDocument Of(
        string folder,
        ShardSet set,
        ShardSetState state,
        string problem,
        bool interrupted,
        IReadOnlyList<ShardDocument> shards,
        IReadOnlyList<OtherDocument> others
    ) =>
        new(
            folder,
            set.Id.ToString("N"),
            set.Layout.DataShards,
            set.Layout.ParityShards,
            set.Layout.Matrix.ToString().ToLowerInvariant(),
            set.Layout.PieceLength,
            set.ShardLength,
            set.SourceLength,
            set.Content == ShardContent.Tar ? "directory" : "file",
            state.ToString().ToLowerInvariant(),
            problem,
            interrupted,
            shards,
            others
        );
}

/// <summary>One of the k + m shards.</summary>
/// <param name="Index">0 to k - 1 data, then parity.</param>
/// <param name="File">Its name in the folder; null: there is none.</param>
/// <param name="State">intact (nothing wrong was seen), damaged, missing or rebuilt.</param>
/// <param name="Problem">What is wrong, or was before it was rebuilt; empty: nothing.</param>
internal sealed record ShardDocument(int Index, string? File, string State, string Problem)
{
    public const string Intact = "intact";
    public const string Damaged = "damaged";
    public const string Missing = "missing";
    public const string Rebuilt = "rebuilt";
}

/// <summary>A file that looks like a shard and is none of the set's.</summary>
/// <param name="File">Its name in the folder.</param>
/// <param name="Problem">What it is instead.</param>
internal sealed record OtherDocument(string File, string Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StorageDocument))]
internal sealed partial class StorageJson : JsonSerializerContext;
