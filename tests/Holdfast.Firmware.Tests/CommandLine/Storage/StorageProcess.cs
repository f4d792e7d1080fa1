using System.Diagnostics;
using System.Globalization;
using Holdfast.Firmware.Tests.System;

namespace Holdfast.Firmware.Tests.CommandLine.Storage;

/// <summary>A storage command as its user runs it: a process of its own, with the appliance's limits, that can be killed.</summary>
internal sealed class StorageProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> error;
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));

    private StorageProcess(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync(patience.Token);
    }

    public Stream Input => process.StandardInput.BaseStream;

    public bool HasExited => process.HasExited;

    public CancellationToken Patience => patience.Token;

    public static StorageProcess Start(params string[] arguments) => Start(null, arguments);

    /// <param name="fileKilobytesMax">The longest file that it may write, which stands in for a full disk; null: any.</param>
    public static StorageProcess Start(int? fileKilobytesMax, params string[] arguments) =>
        Start(fileKilobytesMax, ("", ""), arguments);

    public static StorageProcess StartWith(string variable, string value, params string[] arguments) =>
        Start(null, (variable, value), arguments);

    private static StorageProcess Start(int? fileKilobytesMax, (string Name, string Value) variable, string[] arguments)
    {
        // It must see the refused write, not die of the signal.
        var limit = fileKilobytesMax is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {most}; ")
            : "";
        string[] command = ["dotnet", RackProcess.Program, "storage", .. arguments];
        var start = new ProcessStartInfo("bash", ["-c", limit + "exec \"$@\"", "-", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The runtime itself writes two large files without these.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (variable.Name.Length > 0)
        {
            start.Environment[variable.Name] = variable.Value;
        }

        return new StorageProcess(Process.Start(start)!);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandRun> EndAsync()
    {
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return new CommandRun(process.ExitCode, output, await error);
    }

    /// <summary>Waits until this is so, or it ends.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition() && !process.HasExited)
        {
            await Task.Delay(1, patience.Token);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        patience.Dispose();
    }
}
