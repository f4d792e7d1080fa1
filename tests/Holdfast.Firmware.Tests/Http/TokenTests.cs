using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>Beyond the machine only who shows the access token may talk to the rack.</summary>
public sealed class TokenTests
{
    private const string Token = "0123456789abcdef0123";

    [Theory]
    [InlineData("/api/v1/rack")]
    [InlineData("/api/v1/stream")]
    [InlineData("/api/v1/openapi.json")]
    [InlineData("/index.html")]
    public async Task Beyond_the_machine_the_token_is_asked_for(string path)
    {
        await using var face = await RunningFace.StartAsync(Token);
        using var reply = await face.GetAsync(path);
        Assert.Contains(
            "access token",
            await RunningFace.ProblemAsync(HttpStatusCode.Unauthorized, reply),
            StringComparison.Ordinal
        );
        Assert.Equal("Bearer", reply.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task The_page_asks_to_sign_in()
    {
        await using var face = await RunningFace.StartAsync(Token);
        using var reply = await face.GetAsync("/");
        Assert.Equal((HttpStatusCode.Redirect, "/login.html"), (reply.StatusCode, $"{reply.Headers.Location}"));
    }

    [Theory]
    [InlineData(Token, HttpStatusCode.OK)]
    [InlineData("0123456789abcdef0124", HttpStatusCode.Unauthorized)]
    [InlineData("0123456789abcdef012", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task Only_the_whole_token_opens(string offered, HttpStatusCode status)
    {
        await using var face = await RunningFace.StartAsync(Token);
        using var reply = await WithTokenAsync(face, offered);
        Assert.Equal(status, reply.StatusCode);
    }

    [Fact]
    public async Task Signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        await using var face = await RunningFace.StartAsync(Token);
        using var reply = await face.PostAsync("/login", $$"""{"token":"{{Token}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        var cookie = reply.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rack");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var rack = await face.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, rack.StatusCode);
    }

    [Theory]
    [InlineData("""{"token":"wrong"}""")]
    [InlineData("""{"token":null}""")]
    [InlineData("{}")]
    public async Task Signing_in_with_a_wrong_token_is_401(string body)
    {
        await using var face = await RunningFace.StartAsync(Token);
        using var reply = await face.PostAsync("/login", body);
        await RunningFace.ProblemAsync(HttpStatusCode.Unauthorized, reply);
        Assert.False(reply.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Guessing_ends_after_ten_wrong_tokens_and_goes_on_after_a_minute()
    {
        await using var face = await RunningFace.StartAsync(Token);
        for (var i = 0; i < 10; i++)
        {
            using var wrong = await WithTokenAsync(face, $"guess {i}");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var refused = await WithTokenAsync(face, Token);
        await RunningFace.ProblemAsync(HttpStatusCode.TooManyRequests, refused);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        using var signIn = await face.PostAsync("/login", $$"""{"token":"{{Token}}"}""");
        await RunningFace.ProblemAsync(HttpStatusCode.TooManyRequests, signIn);

        face.Clock.Advance(TimeSpan.FromSeconds(61));
        using var right = await WithTokenAsync(face, Token);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    private static async Task<HttpResponseMessage> WithTokenAsync(RunningFace face, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rack");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await face.Http.SendAsync(request);
    }
}
