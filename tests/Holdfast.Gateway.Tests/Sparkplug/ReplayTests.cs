using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
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
        var taken = rig.Now;
        var births = rig.Connect().Births;
        var replayed = new Sent(Assert.Single(rig.Edge.Replay([kept], rig.Now)));

        Assert.Equal("spBv1.0/site/DDATA/r1/zone-a", replayed.Message.Topic);
        Assert.Equal((ulong)births.Count, replayed.Payload.Seq);
        var metric = replayed[births.Single(b => b.Device == "zone-a")["temperature"].Alias];
        Assert.True(metric.IsHistorical);
        Assert.Equal(
            (false, 35.0, (ulong)taken.ToUnixTimeMilliseconds()),
            (metric.HasName, metric.DoubleValue, metric.Timestamp)
        );

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
        Assert.Empty(rig.Edge.Replay([kept], rig.Now));
        rig.Connect();
        foreach (var topic in new[] { "never-was/temperature", "zone-a/never-was", "elsewhere" })
        {
            Assert.False(rig.Edge.CanReplay(topic));
            var gone = kept with { Message = kept.Message with { Topic = topic } };
            Assert.Empty(rig.Edge.Replay([kept, gone], rig.Now));
        }

        Assert.Empty(
            rig.Edge.Replay([kept with { Message = kept.Message with { Payload = new byte[] { 0xFF } } }], rig.Now)
        );
        rig.Edge.AskBirth();
        Assert.Empty(rig.Edge.Replay([kept], rig.Now));
    }

    [Fact]
    public void What_was_kept_of_a_device_is_one_message_in_its_order()
    {
        rig.Connect();
        rig.Edge.Disconnect();
        rig.Output();
        var kept = new List<OutboxMessage>();
        foreach (var celsius in new[] { 35, 38, 31 })
        {
            rig.Wait(60);
            rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(celsius), default)));
            rig.Tell(Telemetry.Of("power", "reserved", Reading.Good(new Watts(celsius), default)));
            kept.AddRange(rig.Output().Keep.Select(draft => Kept(draft, kept.Count)));
        }

        rig.Connect();
        var replayed = rig.Edge.Replay(kept, rig.Now).Select(message => new Sent(message)).ToList();
        Assert.Equal(["spBv1.0/site/NDATA/r1", "spBv1.0/site/DDATA/r1/zone-a"], replayed.Select(r => r.Message.Topic));
        Assert.All(replayed, one => Assert.Equal([35.0, 38.0, 31.0], one.Payload.Metrics.Select(m => m.DoubleValue)));
    }

    [Fact]
    public void States_and_measurements_are_kept_apart_so_that_only_these_are_thinned()
    {
        rig.Edge.Disconnect();
        rig.Output();
        rig.Wait(60);
        var kept = rig.Output().Keep;
        Assert.Equal(MessageClass.Metric, kept.Single(draft => draft.Message.Topic == "zone-a/temperature").Class);
        Assert.Equal(MessageClass.State, kept.Single(draft => draft.Message.Topic == "zone-a/fan-mode").Class);
    }

    [Fact]
    public void A_host_keeps_history_apart_from_the_present()
    {
        var host = new HostRig();
        rig.Connect();
        var kept = KeptInASilence();
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(22), default)));
        host.Hear(rig.Connect().Births);
        var update = Assert.Single(host.Hear(Assert.Single(rig.Edge.Replay([kept], rig.Now))).Updates);
        Assert.Equal((35.0, true), (update.Metrics[0].Value, update.Metrics[0].Historical));
        Assert.Equal(22.0, host.Host.Find("site", "r1", "zone-a")!.Metrics["temperature"].Value);
    }

    private OutboxMessage KeptInASilence()
    {
        rig.Edge.Disconnect();
        rig.Output();
        rig.Wait(60);
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(35), default)));
        var kept = Assert.Single(rig.Output().Keep);
        Assert.Empty(rig.Output().Keep);
        return Kept(kept, 0);
    }

    private static OutboxMessage Kept(Draft draft, int before) =>
        new(before + 1, draft.Class, draft.Time, draft.Message);
}
