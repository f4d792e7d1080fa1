using Holdfast.Gateway.Topics;
using Xunit;

namespace Holdfast.Gateway.Tests.Topics;

/// <summary>What is worth sending: news, changes beyond the noise, and everything once a minute.</summary>
public sealed class TelemetryDiffTests
{
    private readonly TelemetryDiff diff = new();
    private double now = 1000;

    [Fact]
    public void At_first_everything_is_sent() =>
        Assert.Equal(2, Changed(Telemetry.Of("n1", "state", "on"), Power(100)).Count);

    [Fact]
    public void What_has_not_changed_is_not_sent_again_for_a_minute()
    {
        Changed(Power(100));
        now += 59;
        Assert.Empty(Changed(Power(100)));

        now += 1;
        Assert.Single(Changed(Power(100)));
    }

    [Theory]
    [InlineData(100, 102, false)]
    [InlineData(100, 102.1, true)]
    [InlineData(100, 97.9, true)]
    [InlineData(1, 1.2, false)]
    [InlineData(1, 1.21, true)]
    [InlineData(0, -0.21, true)]
    [InlineData(-100, -102, false)]
    public void Noise_is_not_sent(double before, double after, bool sent)
    {
        Changed(Power(before));

        Assert.Equal(sent, Changed(Power(after)).Count == 1);
    }

    [Fact]
    public void A_slow_drift_is_sent_when_it_adds_up()
    {
        Changed(Power(100));
        var sent = Enumerable.Range(1, 10).Sum(step => Changed(Power(100 + (step * 0.5))).Count);

        Assert.Equal(2, sent);
    }

    [Theory]
    [InlineData(Quality.Good, Quality.Stale)]
    [InlineData(Quality.Stale, Quality.Good)]
    [InlineData(Quality.Absent, Quality.Fault)]
    public void A_change_of_quality_is_sent_even_with_the_same_value(Quality before, Quality after)
    {
        Changed(Power(100, before));

        Assert.Single(Changed(Power(100, after)));
    }

    [Fact]
    public void What_is_unknown_does_not_change_by_its_number()
    {
        Changed(Power(100, Quality.Stale));

        Assert.Empty(Changed(Power(500, Quality.Stale)));
    }

    [Fact]
    public void A_state_is_sent_when_it_or_its_reason_changes()
    {
        Changed(Telemetry.Of("n1", "state", "off"));
        Assert.Empty(Changed(Telemetry.Of("n1", "state", "off")));
        Assert.Single(Changed(Telemetry.Of("n1", "state", "off", "held")));
        Assert.Single(Changed(Telemetry.Of("n1", "state", "on", "held")));
    }

    [Fact]
    public void Only_what_changed_is_sent()
    {
        Changed(Power(100), Telemetry.Of("n1", "state", "off"));
        var changed = Changed(Power(100), Telemetry.Of("n1", "state", "on"));

        Assert.Equal("state", Assert.Single(changed).Measurement);
    }

    [Fact]
    public void A_new_connection_gets_everything()
    {
        Changed(Power(100), Telemetry.Of("n1", "state", "on"));
        diff.Forget();

        Assert.Equal(2, Changed(Power(100), Telemetry.Of("n1", "state", "on")).Count);
    }

    private static Telemetry Power(double watts, Quality quality = Quality.Good) =>
        Telemetry.Of("feed", "power", new Reading(watts, Unit.Watt, default, quality));

    private IReadOnlyList<Telemetry> Changed(params Telemetry[] current) =>
        diff.Changed(current, MonotonicTime.FromSeconds(now));
}
