using System.Net;
using System.Text.Json;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The appliance whose own broker serves others, as a file says.</summary>
public sealed class EmbeddedBrokerTests : IDisposable
{
    private const string Board =
        """{"board":1,"inherits":"sim","simulator":{"ports":"any","speed":40},"broker_file":"broker.json"}""";

    private const string Rules = """
        { "listeners": [
            { "address": "127.0.0.1:0", "tls": { "certificate_file": "server.pem", "key_file": "server.key" } } ],
          "password_file": "users",
          "access": [
            { "user": "berta", "allow": ["read", "write"], "topics": ["rack/#", "reply/#"] },
            { "user": "anna", "allow": ["read"], "topics": ["rack/#", "reply/#"] } ] }
        """;

    private readonly Certificates certificates = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-embedded-");

    [Fact]
    public async Task Others_are_let_in_as_far_as_the_file_says_and_the_rack_needs_no_line_in_it()
    {
        await using var rack = await RackProcess.StartAsync(Board, Prepare);
        var port = rack.Process.Mqtt!.Port;
        await rack.UntilAsync("/api/v1/nodes/node-13", node => State(node) == "off");
        string[] anna = ["--cafile", Path.Combine(folder.FullName, "ca.pem"), "-u", "anna", "-P", "secret"];
        await using (var sub = await MosquittoSub.StartAsync(port, [.. anna, "-t", "rack/sim/controller/state"]))
        {
            Assert.Contains("online", await sub.NextAsync(), StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            MosquittoPub.RunAsync(port, [.. anna[..2], "-t", "rack/sim/node-13/command/wake", "-n"])
        );
        var (refused, why) = await Programs.HoldfastAsync(Wake("anna", port));
        Assert.Equal(3, refused);
        Assert.Contains("not authorized", why, StringComparison.Ordinal);
        Assert.Equal("off", await rack.NodeStateAsync("node-13"));

        var (done, said) = await Programs.HoldfastAsync(Wake("berta", port));
        Assert.True(done == 0, said);
        Assert.Contains("node-13 is on.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_is_taken_over_while_the_rack_stays_connected()
    {
        await using var rack = await RackProcess.StartAsync(Board, Prepare);
        var port = rack.Process.Mqtt!.Port;
        var broker = Path.Combine(Path.GetDirectoryName(rack.Board)!, "broker.json");
        string[] anna = ["--cafile", Path.Combine(folder.FullName, "ca.pem"), "-u", "anna", "-P", "secret"];
        await using var sub = await MosquittoSub.StartAsync(port, [.. anna, "-t", "rack/sim/event", "-F", "%p"]);
        await File.WriteAllTextAsync(
            broker,
            Rules.Replace("[\"read\"]", "[\"read\", \"write\"]", StringComparison.Ordinal)
        );
        using var hangUp = global::System.Diagnostics.Process.Start("kill", ["-HUP", $"{rack.Process.Id}"]);
        await hangUp.WaitForExitAsync();
        await rack.UntilAsync(
            "/api/v1/nodes/node-13",
            _ => rack.Process.Output.Contains("is taken over", StringComparison.Ordinal)
        );

        var (done, said) = await Programs.HoldfastAsync(Wake("anna", port));
        Assert.True(done == 0, said);
        string heard;
        do
        {
            heard = await sub.NextAsync();
        } while (!heard.Contains("node-on", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        certificates.Dispose();
        folder.Delete(recursive: true);
    }

    private string[] Wake(string user, int port)
    {
        var password = Path.Combine(folder.FullName, "password");
        File.WriteAllText(password, "secret\n");
        return
        [
            .. (string[])["operator", "request", "node-13", "wake", "--rack", "sim"],
            .. (string[])["--broker", $"mqtts://{user}@127.0.0.1:{port}", "--password-file", password],
            .. (string[])["--ca", Path.Combine(folder.FullName, "ca.pem")],
        ];
    }

    private void Prepare(string beside)
    {
        certificates.WriteServer(beside, IPAddress.Loopback);
        File.Copy(Path.Combine(beside, "ca.pem"), Path.Combine(folder.FullName, "ca.pem"));
        File.WriteAllText(Path.Combine(beside, "broker.json"), Rules);
        string[] users = ["anna", "berta"];
        File.WriteAllLines(Path.Combine(beside, "users"), users.Select(user => PasswordFile.LineOf(user, "secret"u8)));
    }

    private static string? State(JsonElement node) => node.GetProperty("state").GetString();
}
