using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Rack.Inventory;

/// <summary>
/// Keeps what the controller must remember: what was discovered and what is wanted. A document as JSON that is replaced as a whole,
/// so that a crash at any moment leaves the state before or after a change.
/// </summary>
public sealed class InventoryStore(IDurableFolder folder)
{
    private readonly DurableDocument document = new(folder, "inventory");
    private RackMemory? stored;

    /// <summary>What was stored last; empty the first time.</summary>
    /// <param name="damage">In words what was found damaged; empty: nothing.</param>
    public RackMemory Load(out string damage)
    {
        if (document.Read(out damage) is not { } content)
        {
            return RackMemory.Empty;
        }

        try
        {
            var memory = JsonSerializer.Deserialize(content, InventoryJson.Default.RackMemory);
            if (IsWhole(memory))
            {
                stored = memory;
                return memory;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        damage = "the inventory is of a form that this version does not know: starting afresh";
        return RackMemory.Empty;
    }

    /// <summary>Returns once the memory is on disk; at once where it has not changed.</summary>
    /// <exception cref="IOException">It is not on disk; call again.</exception>
    public void Save(RackMemory memory)
    {
        if (ReferenceEquals(memory, stored))
        {
            return;
        }

        document.Write(JsonSerializer.SerializeToUtf8Bytes(memory, InventoryJson.Default.RackMemory));
        stored = memory;
    }

    /// <summary>What the serializer does not check: that no entry is null.</summary>
    private static bool IsWhole([NotNullWhen(true)] RackMemory? memory) =>
        memory is not null && !memory.Nodes.ContainsValue(null!) && !memory.Zones.ContainsValue(null!);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(RackMemory))]
internal sealed partial class InventoryJson : JsonSerializerContext;
