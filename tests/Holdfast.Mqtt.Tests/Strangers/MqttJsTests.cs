using System.Globalization;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Strangers;

/// <summary>npm's mqtt.js as a stranger's client at our broker; the scenarios are in npm/client.js.</summary>
public sealed class MqttJsTests
{
    public static TheoryData<string, int> Scenarios
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var scenario in new[] { "qos", "burst", "retained", "will", "session", "takeover", "shared" })
            {
                data.Add(scenario, 4);
                data.Add(scenario, 5);
            }

            foreach (var scenario in new[] { "properties", "aliases", "options" })
            {
                data.Add(scenario, 5);
            }

            data.Add("qos", 3);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Is_served(string scenario, int version)
    {
        var node = await NodePackages.RequireAsync("tests/Holdfast.Mqtt.Tests/Strangers/npm");
        await using var broker = await TestBroker.StartAsync();
        await node.RunAsync(
            [],
            "client.js",
            scenario,
            broker.EndPoint.Port.ToString(CultureInfo.InvariantCulture),
            version.ToString(CultureInfo.InvariantCulture)
        );
    }
}
