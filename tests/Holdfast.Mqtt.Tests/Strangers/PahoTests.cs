using System.Diagnostics;
using System.Globalization;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Strangers;

/// <summary>Eclipse Paho's clients for Python and C, as Debian has them, at our broker.</summary>
public sealed class PahoTests
{
    public static TheoryData<string, int> Scenarios
    {
        get
        {
            var data = new TheoryData<string, int> { { "qos", 3 }, { "properties", 5 } };
            foreach (var scenario in new[] { "qos", "retained", "session", "will" })
            {
                data.Add(scenario, 4);
                data.Add(scenario, 5);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Pahos_Python_client_is_served(string scenario, int version)
    {
        Counterpart.Require("/usr/lib/python3/dist-packages/paho/mqtt/client.py", "python3-paho-mqtt");
        await using var broker = await TestBroker.StartAsync();
        await RunAsync(
            "/usr/bin/python3",
            SourceTree.PathOf("tests/Holdfast.Mqtt.Tests/Strangers/python/paho_client.py"),
            scenario,
            Port(broker),
            version.ToString(CultureInfo.InvariantCulture)
        );
    }

    [Theory]
    [InlineData("31")]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Pahos_C_clients_are_served(string version)
    {
        var publisher = Counterpart.Require("paho_c_pub", "paho.mqtt.c-examples");
        var subscriber = Counterpart.Require("paho_c_sub", "paho.mqtt.c-examples");
        await using var broker = await TestBroker.StartAsync();
        string[] where = ["-h", "127.0.0.1", "-p", Port(broker), "-V", version];
        for (var qos = 0; qos <= 2; qos++)
        {
            string[] what = ["-t", $"c/{qos}", "-q", $"{qos}", "-r", "-m", $"qos {qos}"];
            await RunAsync(publisher, [.. where, .. what]);
        }

        // What is kept comes whenever it subscribes; without stdbuf its words would stay in its buffer.
        using var patience = new CancellationTokenSource(Patience.Long);
        string[] line = ["-oL", subscriber, "-t", "c/#", "-q", "2", .. where];
        using var process = Process.Start(new ProcessStartInfo("stdbuf", line) { RedirectStandardOutput = true })!;
        try
        {
            var got = new List<string?>();
            while (got.Count < 3)
            {
                var words = await process.StandardOutput.ReadLineAsync(patience.Token);
                if (words?.StartsWith("5 c/", StringComparison.Ordinal) != false)
                {
                    got.Add(words);
                }
            }

            // Length, topic and payload.
            Assert.Equal(["5 c/0\tqos 0", "5 c/1\tqos 1", "5 c/2\tqos 2"], got.Order());
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(patience.Token);
        }
    }

    [Fact]
    public async Task Mosquittos_requester_gets_its_answer()
    {
        var requester = Counterpart.Require("mosquitto_rr", "mosquitto-clients");
        await using var broker = await TestBroker.StartAsync();
        await using var responder = await TestClient.ConnectAsync(
            TestClient.Options(broker.EndPoint.Port, "responder", new MqttSubscription("request", MqttQos.AtLeastOnce))
        );
        string[] request =
        [
            "-t",
            "request",
            "-e",
            "answers/me",
            "-m",
            "what?",
            "-q",
            "1",
            "-D",
            "publish",
            "correlation-data",
            "42",
        ];
        var answered = RunAsync(requester, ["-h", "127.0.0.1", "-p", Port(broker), "-V", "5", .. request]);
        var asked = await responder.NextAsync();
        Assert.Equal("answers/me", asked.ResponseTopic);
        var answer = new MqttMessage(asked.ResponseTopic!, "that"u8.ToArray())
        {
            CorrelationData = asked.CorrelationData,
        };
        await responder.PublishAsync(answer with { Qos = MqttQos.AtLeastOnce });
        Assert.Equal("that", (await answered).Trim());
    }

    private static string Port(Mqtt.Broker.MqttBroker broker) =>
        broker.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience.Long);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
