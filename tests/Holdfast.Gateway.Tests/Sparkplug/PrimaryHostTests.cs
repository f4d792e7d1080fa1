using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>An edge node that reports to one host waits for it and leaves with it.</summary>
public sealed class PrimaryHostTests
{
    private readonly EdgeRig rig = new(EdgeRig.Plan with { PrimaryHost = "scada" });

    [Fact]
    public void Nothing_is_born_until_the_primary_host_is_online()
    {
        Assert.Empty(rig.Connect().Births);
        rig.HostSays(false, 1_000);
        Assert.Empty(rig.Step());
        rig.HostSays(true, 2_000);
        Assert.NotEmpty(rig.Step());
    }

    [Fact]
    public void Another_host_is_not_waited_for()
    {
        rig.Connect();
        rig.HostSays(true, 1_000, host: "other");
        Assert.Empty(rig.Step());
    }

    [Theory]
    [InlineData("{\"online\":true}")]
    [InlineData("{\"online\":\"true\",\"timestamp\":5}")]
    [InlineData("ONLINE")]
    [InlineData("")]
    public void A_state_that_is_none_is_passed_over(string payload)
    {
        rig.Connect();
        rig.Edge.Receive(new MqttMessage("spBv1.0/STATE/scada", System.Text.Encoding.UTF8.GetBytes(payload)));
        Assert.Empty(rig.Step());
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(3_000)]
    public void The_session_ends_when_the_primary_host_goes(long timestamp)
    {
        rig.Connect();
        rig.HostSays(true, 2_000);
        rig.Step();
        Assert.True(rig.HostSays(false, timestamp).EndSession);
        Assert.NotNull(rig.Edge.Death(rig.Now));
        Assert.Empty(rig.Connect().Births);
    }

    [Fact]
    public void A_death_of_an_older_connection_of_the_host_does_not_end_the_session()
    {
        rig.Connect();
        rig.HostSays(true, 2_000);
        rig.Step();
        Assert.False(rig.HostSays(false, 1_999).EndSession);
        Assert.True(rig.Edge.IsBorn);
    }

    [Fact]
    public void An_older_online_is_not_believed_either()
    {
        rig.Connect();
        rig.HostSays(true, 2_000);
        rig.HostSays(false, 2_000);
        rig.HostSays(true, 1_000);
        Assert.Empty(rig.Step());
    }

    [Fact]
    public void While_it_waits_a_host_that_is_not_there_does_not_end_the_connection()
    {
        rig.Connect();
        Assert.False(rig.HostSays(false, 1_000).EndSession);
    }
}
