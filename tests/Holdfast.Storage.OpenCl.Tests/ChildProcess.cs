using System.Diagnostics;

namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>This program once more, with an environment of its own.</summary>
internal static class ChildProcess
{
    public const string FindDevices = "find-devices";

    /// <returns>The availability and the finding that the child printed.</returns>
    public static async Task<string[]> FindDevicesWithDriversOfAsync(string vendorsFolder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var start = new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, FindDevices])
        {
            RedirectStandardOutput = true,
            Environment = { ["OCL_ICD_VENDORS"] = vendorsFolder },
        };
        using var child = Process.Start(start)!;
        try
        {
            var output = await child.StandardOutput.ReadToEndAsync(limit.Token);
            await child.WaitForExitAsync(limit.Token);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }
}
