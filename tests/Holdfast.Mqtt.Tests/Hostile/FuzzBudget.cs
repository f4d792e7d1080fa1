using System.Diagnostics;
using System.Globalization;

namespace Holdfast.Mqtt.Tests.Hostile;

/// <summary>
/// How many cases a fuzzer tries: a fixed number of seeds, or, where <c>HOLDFAST_FUZZ_SECONDS</c> says so, as many as that time has room for, beginning at
/// <c>HOLDFAST_FUZZ_SEED</c>.
/// </summary>
internal static class FuzzBudget
{
    public static void ForEachSeed(int count, Action<ulong> run)
    {
        var seconds = Number("HOLDFAST_FUZZ_SECONDS");
        var first = Number("HOLDFAST_FUZZ_SEED") ?? 1;
        var start = Stopwatch.GetTimestamp();
        for (
            ulong i = 0;
            seconds is { } span ? Stopwatch.GetElapsedTime(start).TotalSeconds < span : i < (ulong)count;
            i++
        )
        {
            try
            {
                run(first + i);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"fails with seed {first + i}: {e.Message}", e);
            }
        }
    }

    private static ulong? Number(string variable) =>
        ulong.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;
}
