using System.Diagnostics;
using System.Text.Json;
using Holdfast.Gateway.Outbox;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Consumer;

/// <summary>docs/examples/consumer.py, run as it stands by Debian's Python against a real broker.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task The_python_consumer_prints_each_message_once_and_verifies_a_gap()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists("/usr/lib/python3/dist-packages/paho/mqtt/client.py") || !File.Exists(Python))
        {
            throw Counterpart.Missing("paho-mqtt for Python", "python3-paho-mqtt");
        }

        await using var mosquitto = await Mosquitto.StartAsync();
        var key = Path.Combine(mosquitto.Folder, "key.pem");
        await File.WriteAllTextAsync(key, new GapSigner(Outboxes.Key).PublicKeyPem);
        var script = SourceTree.PathOf("docs/examples/consumer.py");
        using var consumer = Process.Start(
            new ProcessStartInfo(Python, [script, "127.0.0.1", $"{mosquitto.Port}", "rack/#", key])
            {
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.Contains(
                "ready",
                await consumer.StandardOutput.ReadLineAsync(patience.Token),
                StringComparison.Ordinal
            );
            foreach (var payload in (string[])["one", "one", "two"])
            {
                await PublishAsync(mosquitto.Port, "rack/a", payload, payload == "two" ? 2 : 1, "metric");
            }

            var record = new GapSigner(Outboxes.Key).Sign(
                new GapRecord("3-metric-s", "s", 3, 9, "metric", 6, "because of „ä“", 1, 2, 3)
            );
            await PublishAsync(
                mosquitto.Port,
                "rack/gap",
                System.Text.Encoding.UTF8.GetString(record.ToJson()),
                3,
                "gap"
            );
            var lines = new List<JsonElement>();
            while (lines.Count < 3)
            {
                var line = await consumer.StandardOutput.ReadLineAsync(patience.Token);
                lines.Add(JsonDocument.Parse(line!).RootElement);
            }

            Assert.Equal(["one", "two"], lines.Take(2).Select(line => line.GetProperty("new").GetString()));
            Assert.True(lines[2].GetProperty("signed").GetBoolean());
        }
        finally
        {
            consumer.Kill();
        }
    }

    private static Task PublishAsync(int port, string topic, string payload, int number, string kind) =>
        MosquittoPub.RunAsync(
            port,
            [
                .. new[] { "-V", "5", "-q", "1", "-t", topic, "-m", payload },
                .. new[] { "-D", "publish", "user-property", "hf-stream", "s" },
                .. new[] { "-D", "publish", "user-property", "hf-seq", $"{number}" },
                .. new[] { "-D", "publish", "user-property", "hf-class", kind },
            ]
        );
}
