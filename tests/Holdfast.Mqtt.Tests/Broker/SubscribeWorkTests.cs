using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>One packet must not keep the broker from everybody else.</summary>
public sealed class SubscribeWorkTests
{
    [Fact]
    public void One_subscribe_has_only_so_many_retained_messages_looked_at()
    {
        var rig = new CoreRig();
        var writer = rig.Connect("writer");
        for (var i = 0; i < 2_000; i++)
        {
            writer.Publish($"t/{i}", retain: true);
        }

        var reader = rig.Connect("reader");
        var answer = reader.Subscribe([.. Enumerable.Repeat(new Subscription("#", MqttQos.AtMostOnce), 20_000)]);

        Assert.InRange(answer.Reasons.Count(reason => reason == ReasonCode.Success), 200, 300);
        Assert.Equal(ReasonCode.QuotaExceeded, answer.Reasons[^1]);
    }

    [Fact]
    public void Many_filters_of_one_topic_each_are_little_work()
    {
        var rig = new CoreRig();
        rig.Publish("t", retain: true);
        var answer = rig.Connect("reader")
            .Subscribe([.. Enumerable.Range(0, 2_000).Select(i => new Subscription($"t/{i}", MqttQos.AtMostOnce))]);

        Assert.DoesNotContain(ReasonCode.QuotaExceeded, answer.Reasons);
    }
}
