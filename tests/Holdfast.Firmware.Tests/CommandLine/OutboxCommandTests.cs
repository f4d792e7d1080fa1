using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Firmware.CommandLine;
using Holdfast.Gateway.Outbox;
using Holdfast.Hal.Linux.Files;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary><c>holdfast outbox</c>: looks into a data folder, of a rack that runs or not, and changes nothing.</summary>
public sealed class OutboxCommandTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-outbox-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Show_says_how_much_waits_since_when_and_the_outboxs_own_budget()
    {
        using var disk = Open();
        Fill(disk);
        var run = await RunAsync("show");
        string[] says =
        [
            "waiting  3 (alarm 1, metric 2)",
            "since    2030-06-01T12:00:00.0000000+00:00, the newest of 2030-06-01T12:00:02.0000000+00:00",
            "disk     0.0 MB of 70 MB",
        ];
        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal(says, run.Lines());
        var json = JsonDocument.Parse((await RunAsync("show", "--json")).Output).RootElement;
        Assert.Equal(
            (3, 1, 70_000_000),
            (
                json.GetProperty("waiting").GetInt32(),
                json.GetProperty("classes").GetProperty("alarm").GetInt32(),
                json.GetProperty("budget_bytes").GetInt32()
            )
        );
    }

    [Fact]
    public async Task Export_prints_each_message_as_one_line()
    {
        using (var disk = Open())
        {
            Fill(disk);
        }

        var run = await RunAsync("export");
        var lines = run.Lines().Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(["fire", "2.5", ""], lines.Select(line => line.GetProperty("text").GetString() ?? ""));
        Assert.Equal("/wA=", lines[2].GetProperty("base64").GetString());
        Assert.Equal(["alarm", "metric", "metric"], lines.Select(line => line.GetProperty("class").GetString()));
    }

    [Fact]
    public async Task An_outbox_in_which_nothing_was_written_is_empty()
    {
        Open().Dispose();
        Assert.Equal(["waiting  0", "disk     0.0 MB"], (await RunAsync("show")).Lines());
        Assert.Equal("", (await RunAsync("export")).Output);
    }

    [Fact]
    public async Task Damage_is_told_and_the_rest_is_shown()
    {
        using (var disk = Open())
        {
            Fill(disk);
        }

        var file = Directory.EnumerateFiles(Path.Combine(folder.FullName, "outbox"), "*.out").Single();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var payload = bytes.AsSpan().IndexOf("fire"u8);
        bytes[payload] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var run = await RunAsync("show");
        Assert.Contains("waiting  2 (metric 2)", run.Output, StringComparison.Ordinal);
        Assert.Contains("damage   messages 1 to 1 are damaged", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_prints_the_public_half_only()
    {
        Open().Dispose();
        Assert.Contains(
            "there is no key yet",
            (await RunAsync("key")).Failed(ExitCode.NotDone),
            StringComparison.Ordinal
        );
        using var key = OutboxKey.LoadOrCreate(folder.FullName);
        var run = await RunAsync("key");
        Assert.Equal(key.ExportSubjectPublicKeyInfoPem() + "\n", run.Output);
        Assert.DoesNotContain("PRIVATE", run.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Combine(folder.FullName, OutboxKey.FileName);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Assert.Contains(
                "can be read by others",
                (await RunAsync("key")).Failed(ExitCode.NotDone),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("show")]
    [InlineData("export")]
    [InlineData("key")]
    public async Task A_folder_without_an_outbox_is_wrong_usage_and_stays_as_it_is(string verb)
    {
        var run = await RunAsync(verb);
        Assert.StartsWith(
            $"there is no outbox in {folder.FullName}",
            run.Failed(ExitCode.Usage),
            StringComparison.Ordinal
        );
        Assert.Empty(folder.EnumerateFileSystemInfos());
        var without = await CommandRun.OfAsync("outbox", verb);
        Assert.Contains("--data", without.Failed(ExitCode.Usage), StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.OfAsync(["outbox", .. arguments, "--data", folder.FullName]);

    private LinuxFolder Open() => LinuxFolder.Open(Path.Combine(folder.FullName, "outbox"));

    private static void Fill(LinuxFolder disk)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var limits = new OutboxLimits { BudgetBytes = 70_000_000, BallastBytes = 0 };
        var outbox = new DurableOutbox(disk, limits, new GapSigner(key), "gap", "link");
        Draft[] drafts =
        [
            new(MessageClass.Alarm, Time, new MqttMessage("a", Encoding.UTF8.GetBytes("fire"))),
            new(MessageClass.Metric, Time.AddSeconds(1), new MqttMessage("m", Encoding.UTF8.GetBytes("2.5"))),
            new(MessageClass.Metric, Time.AddSeconds(2), new MqttMessage("m", new byte[] { 0xFF, 0 })),
        ];
        foreach (var draft in drafts)
        {
            Assert.True(outbox.Write([draft], Time).IsComplete);
        }
    }
}
