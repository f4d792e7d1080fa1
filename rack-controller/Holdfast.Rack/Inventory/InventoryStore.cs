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
            stored = JsonSerializer.Deserialize(content, InventoryJson.Default.RackMemory) ?? RackMemory.Empty;
            return stored;
        }
        catch (JsonException)
        {
            damage = "the inventory is of a form that this version does not know: starting afresh";
            return RackMemory.Empty;
        }
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
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(RackMemory))]
internal sealed partial class InventoryJson : JsonSerializerContext;
