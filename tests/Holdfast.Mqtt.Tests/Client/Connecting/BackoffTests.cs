using Holdfast.Mqtt.Client;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

public sealed class BackoffTests
{
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    [Fact]
    public void Pauses_double_up_to_the_maximum_with_jitter()
    {
        var backoff = new Backoff(Min, Max, new SeededRandom(1));
        foreach (var longest in new[] { 1, 2, 4, 8, 16, 30, 30, 30 })
        {
            Assert.InRange(backoff.Next(TimeSpan.Zero).TotalSeconds, longest * 0.5, longest);
        }
    }

    [Fact]
    public void After_years_of_failing_it_still_pauses_the_maximum()
    {
        var backoff = new Backoff(Min, Max, new SeededRandom(1));
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.InRange(backoff.Next(TimeSpan.Zero), Min / 2, Max));
    }

    [Fact]
    public void A_good_connection_resets_it()
    {
        var backoff = new Backoff(Min, Max, new SeededRandom(1));
        backoff.Next(TimeSpan.Zero);
        backoff.Next(Backoff.GoodLink / 2);
        Assert.InRange(backoff.Next(TimeSpan.Zero), Min * 2, Min * 4);
        Assert.InRange(backoff.Next(Backoff.GoodLink), Min / 2, Min);
    }

    [Fact]
    public void Racks_do_not_all_return_at_once()
    {
        var pauses = Enumerable
            .Range(1, 100)
            .Select(seed => new Backoff(Min, Max, new SeededRandom((ulong)seed)).Next(TimeSpan.Zero));
        Assert.True(pauses.Distinct().Count() > 90);
    }
}
