using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Firmware.Tests.CommandLine;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The broker as a command, with mosquitto's clients.</summary>
public sealed partial class BrokerProcessTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-broker-");

    [Fact]
    public async Task Killed_in_the_middle_of_traffic_it_has_lost_nothing_acknowledged()
    {
        var port = LoopbackPort.Free();
        string[] arguments = ["--listen", $"127.0.0.1:{port}", "--data", Path.Combine(folder.FullName, "data")];
        string[] reader = ["-c", "-i", "reader", "-q", "1", "-t", "t", "-F", "%p"];
        var acknowledged = new HashSet<int>();
        await using (var broker = await BrokerProcess.StartAsync(arguments))
        {
            await (await MosquittoSub.StartAsync(port, reader)).DisposeAsync();
            await PublishUntilAsync(port, acknowledged, count: 500, broker.KillAsync);
        }

        Assert.True(acknowledged.Count >= 500);
        await using var again = await BrokerProcess.StartAsync(arguments);
        await using var sub = await MosquittoSub.StartAsync(port, reader);
        var first = await sub.NextAsync();
        for (var next = first; acknowledged.Count > 0; next = await sub.NextAsync())
        {
            acknowledged.Remove(int.Parse(next, CultureInfo.InvariantCulture));
            if (acknowledged.Count == 0)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task A_changed_file_is_taken_over_and_a_bad_one_is_not()
    {
        var config = Path.Combine(folder.FullName, "broker.json");
        var users = Path.Combine(folder.FullName, "users");
        await File.WriteAllTextAsync(users, PasswordFile.LineOf("anna", "secret"u8) + "\n");
        await File.WriteAllTextAsync(config, Config("write"));
        await using var broker = await BrokerProcess.StartAsync("--config", config);
        var port = broker.EndPoints[0].Port;
        await using var steady = await MosquittoSub.StartAsync(
            port,
            "-u",
            "anna",
            "-P",
            "secret",
            "-t",
            "t",
            "-F",
            "%p"
        );
        string[] message = ["-q", "1", "-t", "t", "-m", "x"];
        await MosquittoPub.RunAsync(port, ["-u", "anna", "-P", "secret", .. message]);
        Assert.Equal("x", await steady.NextAsync());

        await File.WriteAllTextAsync(config, Config("wrte"));
        await HangUpAsync(broker);
        Assert.Contains("is not taken over", await broker.NoticeAsync(), StringComparison.Ordinal);
        Assert.Contains(
            "cannot be \"wrte\". Choose one of: read, write, subscribe",
            await broker.NoticeAsync(),
            StringComparison.Ordinal
        );
        await MosquittoPub.RunAsync(port, ["-u", "anna", "-P", "secret", .. message]);
        Assert.Equal("x", await steady.NextAsync());

        await File.WriteAllTextAsync(config, Config("write"));
        await File.WriteAllTextAsync(users, PasswordFile.LineOf("anna", "other"u8) + "\n");
        await HangUpAsync(broker);
        Assert.Contains("is taken over", await broker.NoticeAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            MosquittoPub.RunAsync(port, ["-u", "anna", "-P", "secret", .. message])
        );
        await MosquittoPub.RunAsync(port, ["-u", "anna", "-P", "other", .. message]);
        Assert.Equal("x", await steady.NextAsync());
    }

    [Fact]
    public async Task A_file_with_mistakes_names_each_with_its_place()
    {
        var config = Path.Combine(folder.FullName, "broker.json");
        await File.WriteAllTextAsync(
            config,
            """
            { "listeners": [ { "adress": "127.0.0.1:1883" } ],
              "access": [ { "topics": ["a/#/b"], "group": "nobody" } ] }
            """
        );
        var run = await CommandRun.OfAsync("mqtt", "broker", "--config", config, "--check");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("broker.json:1:", run.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"address\"?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_only_this_machine_is_served()
    {
        var run = await CommandRun.OfAsync("mqtt", "broker", "--listen", "0.0.0.0:0");
        Assert.Contains("--config", run.Failed(2), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string Config(string right) =>
        $$"""
            { "listeners": [ { "address": "127.0.0.1:0" } ], "password_file": "users",
              "access": [ { "user": "anna", "allow": ["read", "{{right}}"], "topics": ["t"] } ] }
            """;

    /// <summary>Numbers as fast as mosquitto_pub sends them, until so many are acknowledged.</summary>
    private static async Task PublishUntilAsync(int port, HashSet<int> acknowledged, int count, Func<Task> then)
    {
        var program = Counterpart.Require("mosquitto_pub", "mosquitto-clients");
        string[] line = ["-oL", program, "-d", "-h", "127.0.0.1", "-p", $"{port}", "-q", "1", "-t", "t", "-l"];
        var start = new ProcessStartInfo("stdbuf", line)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publisher = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var feeding = FeedAsync(publisher);
        while (await publisher.StandardOutput.ReadLineAsync(patience.Token) is { } said)
        {
            if (Acknowledged().Match(said) is { Success: true } match)
            {
                acknowledged.Add(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            }

            if (acknowledged.Count >= count && then is { } kill)
            {
                await kill();
                publisher.Kill();
            }
        }

        await feeding;
    }

    private static async Task FeedAsync(Process publisher)
    {
        try
        {
            for (var i = 1; i < 60_000; i++)
            {
                await publisher.StandardInput.WriteAsync($"{i}\n");
            }
        }
        catch (IOException)
        {
            // It was ended.
        }
    }

    private static async Task HangUpAsync(BrokerProcess broker)
    {
        using var kill = Process.Start("kill", ["-HUP", $"{broker.Id}"]);
        await kill.WaitForExitAsync();
    }

    // Message identifiers count up from 1, as our numbers do.
    [GeneratedRegex(@"received PUBACK \(Mid: (\d+)")]
    private static partial Regex Acknowledged();
}
