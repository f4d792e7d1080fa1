using System.Diagnostics;
using System.Net;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>Users and certificates of the broker, as they come, change and go while it runs.</summary>
public sealed class BrokerUsersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-users-");
    private readonly CancellationTokenSource patience = new(Patience);

    private string Users => Path.Combine(folder.FullName, "users");

    [Fact]
    public async Task Passwd_sets_replaces_and_deletes_and_takes_no_password_from_the_command_line()
    {
        var (set, said) = await Programs.HoldfastSaidAsync("first secret", "mqtt", "passwd", Users, "anna");
        Assert.True(set == 0, said);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        AssertForItsOwnerOnly(Users);
        await Programs.HoldfastSaidAsync("other", "mqtt", "passwd", Users, "berta");
        var before = await File.ReadAllLinesAsync(Users);
        Assert.Equal(["anna", "berta"], before.Select(line => line.Split(':')[0]));
        Assert.DoesNotContain("secret", string.Concat(before), StringComparison.Ordinal);

        await Programs.HoldfastSaidAsync("second secret", "mqtt", "passwd", Users, "anna");
        var after = await File.ReadAllLinesAsync(Users);
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(before[1], after[1]);

        Assert.Equal(2, (await Programs.HoldfastAsync("mqtt", "passwd", Users, "anna", "a password")).Code);
        Assert.Equal(2, (await Programs.HoldfastSaidAsync("", "mqtt", "passwd", Users, "anna")).Code);
        Assert.Equal(after, await File.ReadAllLinesAsync(Users));

        Assert.Equal(0, (await Programs.HoldfastAsync("mqtt", "passwd", Users, "anna", "--delete")).Code);
        Assert.Equal(1, (await Programs.HoldfastAsync("mqtt", "passwd", Users, "anna", "--delete")).Code);
        Assert.Equal([before[1]], await File.ReadAllLinesAsync(Users));
        AssertForItsOwnerOnly(Users);
    }

    [Fact]
    public async Task A_password_that_passwd_set_is_proven_with_scram_or_sent()
    {
        await Programs.HoldfastSaidAsync("geheim, =schlüssel", "mqtt", "passwd", Users, "anna");
        await using var broker = await BrokerProcess.StartAsync("--config", Config(""));
        var port = broker.EndPoints[0].Port;
        var password = Path.Combine(folder.FullName, "password");
        await File.WriteAllTextAsync(password, "geheim, =schlüssel\n");
        string[] pub =
        [
            .. (string[])["mqtt", "pub", "t", "-m", "x", "-q", "1", "-b", $"mqtt://anna@127.0.0.1:{port}"],
            .. (string[])["--password-file", password],
        ];
        var (proven, said) = await Programs.HoldfastAsync([.. pub, "--scram"]);
        Assert.True(proven == 0, said);
        Assert.Equal(0, (await Programs.HoldfastAsync(pub)).Code);
        await MosquittoPub.RunAsync(
            port,
            [.. (string[])["-u", "anna", "-P", "geheim, =schlüssel", "-q", "1", "-t", "t", "-m", "x"]]
        );

        await File.WriteAllTextAsync(password, "wrong\n");
        var (refused, why) = await Programs.HoldfastAsync([.. pub, "--scram"]);
        Assert.Equal(3, refused);
        Assert.Contains("not authorized", why, StringComparison.Ordinal);
        Assert.Equal(3, (await Programs.HoldfastAsync(pub)).Code);
    }

    [Fact]
    public async Task A_user_who_is_removed_is_disconnected_and_others_are_not()
    {
        await Programs.HoldfastSaidAsync("secret", "mqtt", "passwd", Users, "anna");
        await Programs.HoldfastSaidAsync("secret", "mqtt", "passwd", Users, "berta");
        await using var broker = await BrokerProcess.StartAsync("--config", Config(""));
        var port = broker.EndPoints[0].Port;
        await using var anna = await MqttConnection.ConnectAsync(As("anna", port), patience.Token);
        await using var berta = new MqttClient(As("berta", port), TimeProvider.System, new SeededRandom(1));
        await berta.FirstConnectionAsync(patience.Token);

        await Programs.HoldfastAsync("mqtt", "passwd", Users, "berta", "--delete");
        using var hangUp = Process.Start("kill", ["-HUP", $"{broker.Id}"]);
        await hangUp.WaitForExitAsync(patience.Token);
        await foreach (var change in berta.ConnectionChangesAsync(patience.Token))
        {
            if (!change.Connected && change.Detail.Contains("refused", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.True(anna.Client.IsConnected);
        await anna.PublishAsync("t", "still here", cancellationToken: patience.Token);
    }

    [Fact]
    public async Task Certificates_exchanged_on_the_disk_are_taken_over_under_load_without_a_drop()
    {
        using var certificates = new Certificates();
        certificates.WriteServer(folder.FullName, IPAddress.Loopback);
        await Programs.HoldfastSaidAsync("secret", "mqtt", "passwd", Users, "anna");
        await using var broker = await BrokerProcess.StartAsync(
            "--config",
            Config(""", "tls": { "certificate_file": "server.pem", "key_file": "server.key" } """)
        );
        var options = As("anna", broker.EndPoints[0].Port) with { Tls = certificates.ClientOptions(null) };
        await using var client = new MqttClient(options, TimeProvider.System, new SeededRandom(1));
        await client.FirstConnectionAsync(patience.Token);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var drops = 0;
        var watching = WatchAsync(client, () => drops++, enough.Token);
        var load = LoadAsync(client, enough.Token);
        for (var round = 0; round < 3; round++)
        {
            certificates.WriteServer(folder.FullName, IPAddress.Loopback);
            while (!(await broker.NoticeAsync()).EndsWith("is taken over", StringComparison.Ordinal))
            {
                // Seen between the writing of the two files, it is told, and looked at again.
            }

            await using var fresh = await MqttConnection.ConnectAsync(
                options with
                {
                    ClientId = "fresh",
                },
                patience.Token
            );
        }

        await enough.CancelAsync();
        await watching;
        Assert.Equal((0, true), (drops, client.IsConnected));
        Assert.True(await load > 0);
    }

    public void Dispose()
    {
        patience.Dispose();
        folder.Delete(recursive: true);
    }

    private static void AssertForItsOwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private static async Task WatchAsync(MqttClient client, Action lost, CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.ConnectionChangesAsync(stop))
            {
                if (!change.Connected)
                {
                    lost();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    /// <summary>Every message must be acknowledged.</summary>
    private static async Task<int> LoadAsync(MqttClient client, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            var message = new MqttMessage("t", new byte[1_000]) { Qos = MqttQos.AtLeastOnce };
            var outcome = await client.PublishAsync(message, CancellationToken.None);
            Assert.Equal((PublishResult.Delivered, ""), (outcome.Result, outcome.Detail));
        }

        return count;
    }

    private static MqttClientOptions As(string user, int port) =>
        new("127.0.0.1", port, user) { UserName = user, Password = "secret"u8.ToArray() };

    /// <param name="more">Of the listener, as JSON that begins with a comma.</param>
    private string Config(string more)
    {
        var path = Path.Combine(folder.FullName, "broker.json");
        File.WriteAllText(
            path,
            $$"""
            { "listeners": [ { "address": "127.0.0.1:0" {{more}} } ], "password_file": "users",
              "access": [ { "user": "*", "allow": ["read", "write"], "topics": ["t"] } ] }
            """
        );
        return path;
    }
}
