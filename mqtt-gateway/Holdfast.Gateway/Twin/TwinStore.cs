using System.Text.Json;

namespace Holdfast.Gateway.Twin;

/// <summary>The twins on disk: one document, always whole.</summary>
internal sealed class TwinStore(IDurableFolder folder)
{
    private const string FileName = "twins";

    private readonly DurableDocument document = new(folder, FileName);

    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<TwinCore> Load(out string damage)
    {
        var bytes = document.Read(out damage);
        if (bytes is null)
        {
            return [];
        }

        try
        {
            var stored = JsonSerializer.Deserialize(bytes, TwinForms.Default.StoredTwinArray) ?? [];
            return
            [
                .. stored.Select(twin =>
                    TwinCore.Restore(twin, TwinJson.Properties(twin.Properties.GetRawText()) ?? TwinProperties.Empty)
                ),
            ];
        }
        catch (JsonException e)
        {
            damage = $"{FileName} cannot be understood ({e.Message}): the twins start afresh";
            return [];
        }
    }

    /// <summary>Returns once it is on disk.</summary>
    /// <exception cref="IOException">It is not; what was there before is.</exception>
    public void Save(IEnumerable<TwinCore> twins) =>
        document.Write(
            JsonSerializer.SerializeToUtf8Bytes(
                [
                    .. twins.Select(twin => new StoredTwin(
                        twin.Target,
                        twin.DesiredVersion,
                        twin.DesiredBy,
                        twin.DesiredAt,
                        JsonElement.Parse(TwinJson.Text(TwinJson.Of(twin.Properties))),
                        twin.ReportedVersion,
                        twin.Problem
                    )),
                ],
                TwinForms.Default.StoredTwinArray
            )
        );
}
