using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>What a foreign page in a local browser, and a request that no client would write, cannot do.</summary>
public sealed class SecurityTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/api/v1/rack")]
    [InlineData("/nothing")]
    public async Task Every_answer_is_hardened(string path)
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Tick();
        using var reply = await GetAfterTicksAsync(face, path);
        var policy = Header(reply, "Content-Security-Policy");
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(reply, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(reply, "Referrer-Policy"));
        Assert.False(reply.Headers.Contains("Server"));
        Assert.False(reply.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1:8080", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("rebound.example", false)]
    [InlineData("rebound.example:8080", false)]
    [InlineData("10.0.0.7", false)]
    [InlineData("localhost.rebound.example", false)]
    [InlineData("127.0.0.1.rebound.example", false)]
    public async Task On_the_loopback_only_loopback_names_are_served(string host, bool served)
    {
        await using var face = await RunningFace.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nodes") { Headers = { Host = host } };
        using var reply = await face.Http.SendAsync(request);
        if (served)
        {
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }
        else
        {
            await RunningFace.ProblemAsync(HttpStatusCode.Forbidden, reply);
        }
    }

    [Theory]
    [InlineData("own", true)]
    [InlineData("http://rebound.example", false)]
    [InlineData("http://127.0.0.1:1", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public async Task A_foreign_page_cannot_command_the_rack(string origin, bool served)
    {
        await using var face = await RunningFace.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/nodes/node-13/on")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Origin", origin == "own" ? face.Url.GetLeftPart(UriPartial.Authority) : origin);
        using var reply = await face.Http.SendAsync(request);
        Assert.Equal(served ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Equal(served, face.Rack.Commands.Count == 1);
    }

    [Fact]
    public async Task A_second_origin_does_not_help_a_foreign_page()
    {
        await using var face = await RunningFace.StartAsync();
        var answer = await RawAsync(
            face,
            $"POST /api/v1/nodes/node-13/on HTTP/1.1\r\nHost: {face.Url.Authority}\r\nOrigin: http://a.example\r\n"
                + $"Origin: {face.Url.GetLeftPart(UriPartial.Authority)}\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\nConnection: close\r\n\r\n{}"
        );
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Empty(face.Rack.Commands);
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/page/index.html")]
    [InlineData("/boards/sim.password")]
    [InlineData("/index.html%00.js")]
    [InlineData("//etc/passwd")]
    public async Task No_path_leads_out_of_the_page(string path)
    {
        await using var face = await RunningFace.StartAsync();
        var answer = await RawAsync(
            face,
            $"GET {path} HTTP/1.1\r\nHost: {face.Url.Authority}\r\nConnection: close\r\n\r\n"
        );
        Assert.Matches("^HTTP/1.1 (400|404)", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAfterTicksAsync(RunningFace face, string path)
    {
        var reply = face.GetAsync(path);
        while (!reply.IsCompleted)
        {
            face.Rack.Tick();
            await Task.Yield();
        }

        return await reply;
    }

    /// <summary>A request as no well-behaved client would write it.</summary>
    private static async Task<string> RawAsync(RunningFace face, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, face.Url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await reader.ReadToEndAsync(patience.Token);
    }

    private static string Header(HttpResponseMessage reply, string name) => reply.Headers.GetValues(name).Single();
}
