using System.Diagnostics;

namespace Holdfast.Firmware.Tests.System;

/// <summary>Programs that are run to their end, ours and others.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task<(int Code, string Output)> HoldfastAsync(params string[] arguments) =>
        RunAsync("dotnet", [RackProcess.Program, .. arguments]);

    /// <summary>With a line on its standard input.</summary>
    public static Task<(int Code, string Output)> HoldfastSaidAsync(string input, params string[] arguments) =>
        RunAsync("dotnet", input, [RackProcess.Program, .. arguments]);

    public static Task<(int Code, string Output)> RunAsync(string program, params string[] arguments) =>
        RunAsync(program, "", arguments);

    /// <summary>What it wrote, errors too.</summary>
    private static async Task<(int Code, string Output)> RunAsync(string program, string input, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(patience.Token),
            process.StandardError.ReadToEndAsync(patience.Token)
        );
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, $"{await output}{await error}".TrimEnd());
    }
}
