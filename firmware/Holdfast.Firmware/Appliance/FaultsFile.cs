using Holdfast.Hil;

namespace Holdfast.Firmware.Appliance;

/// <summary>A script of faults for the simulated container.</summary>
internal static class FaultsFile
{
    /// <exception cref="StartException">The file cannot be read, or a line of it makes no sense.</exception>
    public static IReadOnlyList<Fault> Read(string? path, ContainerPlan plan)
    {
        if (path is null)
        {
            return [];
        }

        try
        {
            return FaultScript.TryParse(File.ReadAllText(path), plan, out var faults, out var errors)
                ? faults
                : throw new StartException($"{path}: {string.Join("; ", errors)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"the faults in {path} cannot be read ({e.Message}); check the name after --faults",
                e
            );
        }
    }
}
