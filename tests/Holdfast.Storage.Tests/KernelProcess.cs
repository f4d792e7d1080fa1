using System.Diagnostics;
using System.Globalization;
using Holdfast.Storage.Checksums;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Tests;

/// <summary>This program once more, with <c>HOLDFAST_KERNEL</c> in its environment.</summary>
internal static class KernelProcess
{
    public const string UseAll = "use-all-kernels";

    /// <returns>The lines that the child printed: the tier, then what each part of the library gave or refused with.</returns>
    public static async Task<string[]> RunAsync(string kernel)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var start = new ProcessStartInfo("dotnet", [typeof(KernelProcess).Assembly.Location, UseAll])
        {
            RedirectStandardOutput = true,
            Environment = { [KernelSelector.Variable] = kernel },
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

    /// <summary>In the child.</summary>
    public static void PrintUses()
    {
        Print(() => KernelSelector.Tier.ToString());
        Print(() => Encoded().ToString(CultureInfo.InvariantCulture));
        Print(() => Crc32C.Compute("123456789"u8).ToString("X8", CultureInfo.InvariantCulture));
        Print(() => Adler32.Compute("123456789"u8).ToString("X8", CultureInfo.InvariantCulture));
        Print(() => DualParity.Check(Stripe.Contiguous(4, 100)).ToString());
        Print(() => ZeroDetection.IsZero(new byte[100]).ToString());
    }

    private static bool Encoded()
    {
        var code = ErasureCode.Create(4, 2);
        var stripe = Stripe.Staggered(6, 1000);
        code.Encode(stripe);
        return code.Verify(stripe).IsConsistent;
    }

    private static void Print(Func<string> use)
    {
        try
        {
            Console.WriteLine(use());
        }
        catch (Exception failure)
        {
            Console.WriteLine($"{failure.GetType().Name}: {failure.Message}");
        }
    }
}
