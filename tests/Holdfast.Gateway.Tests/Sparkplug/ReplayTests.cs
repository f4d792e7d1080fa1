using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>What nobody heard is kept, and told later as history.</summary>
public sealed class ReplayTests
{
    private readonly EdgeRig rig = new();

    [Fact]
    public void What_changes_in_a_silence_is_told_after_the_births_as_history_in_the_sequence()
    {
        rig.Connect();
        var kept = KeptInASilence();
        var taken = kept.Payload.Metrics[0].Timestamp;
        var births = rig.Connect().Births;
        var replayed = new Sent(rig.Edge.Replay(kept.Message, rig.Now)!);

        Assert.Equal("spBv1.0/site/DDATA/r1/zone-a", replayed.Message.Topic);
        Assert.Equal((ulong)births.Count, replayed.Payload.Seq);
        var metric = replayed[births.Single(b => b.Device == "zone-a")["temperature"].Alias];
        Assert.True(metric.IsHistorical);
        Assert.Equal((false, 35.0, taken), (metric.HasName, metric.DoubleValue, metric.Timestamp));

        rig.Tell(Telemetry.Of("power", "source", "battery"));
        Assert.Equal((ulong)births.Count + 1, Assert.Single(rig.Step()).Payload.Seq);
    }

    [Fact]
    public void A_short_silence_is_not_kept()
    {
        rig.Connect();
        rig.Edge.Disconnect();
        rig.Output();
        rig.Wait(5);
        rig.Tell(Telemetry.Of("power", "source", "battery"));
        Assert.Empty(rig.Output().Keep);
    }

    [Fact]
    public void Without_its_birth_nothing_is_replayed()
    {
        rig.Connect();
        var kept = KeptInASilence();
        Assert.Null(rig.Edge.Replay(kept.Message, rig.Now));
        rig.Connect();
        var gone = kept.Message with { Topic = "spBv1.0/site/DDATA/r1/never-was" };
        Assert.Null(rig.Edge.Replay(gone, rig.Now));
        Assert.Null(rig.Edge.Replay(kept.Message with { Payload = new byte[] { 0xFF } }, rig.Now));
        Assert.Null(rig.Edge.Replay(new MqttMessage("elsewhere", kept.Message.Payload), rig.Now));
    }

    [Fact]
    public void A_host_keeps_history_apart_from_the_present()
    {
        var host = new HostRig();
        rig.Connect();
        var kept = KeptInASilence();
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(22), default)));
        host.Hear(rig.Connect().Births);
        var update = Assert.Single(host.Hear(rig.Edge.Replay(kept.Message, rig.Now)!).Updates);
        Assert.Equal((35.0, true), (update.Metrics[0].Value, update.Metrics[0].Historical));
        Assert.Equal(22.0, host.Host.Find("site", "r1", "zone-a")!.Metrics["temperature"].Value);
    }

    private Sent KeptInASilence()
    {
        rig.Edge.Disconnect();
        rig.Output();
        rig.Wait(60);
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(35), default)));
        var kept = Assert.Single(rig.Output().Keep);
        Assert.Empty(rig.Output().Keep);
        return new Sent(kept);
    }
}
