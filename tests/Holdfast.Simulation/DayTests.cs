using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

namespace Holdfast.Simulation;

/// <summary>
/// Days of container life with random faults. <c>HOLDFAST_SEEDS=n</c> runs that many different days (CI: 200), <c>HOLDFAST_SEED=n</c>
/// replays one.
/// </summary>
public sealed class DayTests
{
    [Fact]
    public void Days_of_faults_harm_nothing()
    {
        var complaints = new ConcurrentBag<string>();
        Parallel.ForEach(
            Chosen(),
            seed =>
            {
                foreach (var violation in new SimulatedDay(seed).Run().Violations)
                {
                    complaints.Add(violation);
                }
            }
        );

        Assert.True(complaints.IsEmpty, string.Join('\n', complaints.Order(StringComparer.Ordinal).Take(20)));
    }

    [Theory]
    [InlineData(113)]
    [InlineData(182)]
    [InlineData(195)]
    public void A_blind_zone_is_held_on_the_hottest_afternoon(ulong seed) =>
        Assert.Empty(new SimulatedDay(seed).Run().Violations);

    [Fact]
    public void A_seed_replays_exactly()
    {
        var first = new SimulatedDay(7).Run();
        var second = new SimulatedDay(7).Run();

        Assert.Equal(first.Broker.Taken, second.Broker.Taken);
        Assert.NotEmpty(first.Broker.Taken);
    }

    private static IEnumerable<ulong> Chosen() =>
        Number("HOLDFAST_SEED") is { } seed
            ? [seed]
            : Enumerable.Range(1, (int)(Number("HOLDFAST_SEEDS") ?? 20)).Select(each => (ulong)each);

    private static ulong? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text
            ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
