using Xunit;

namespace Holdfast.Mqtt.Tests;

/// <summary>Properties over generated cases; a failure names the seed that replays it.</summary>
internal static class Seeds
{
    public static void All(ulong count, Func<ulong, bool> holds)
    {
        for (ulong seed = 0; seed < count; seed++)
        {
            Assert.True(holds(seed), $"does not hold for seed {seed}");
        }
    }
}
