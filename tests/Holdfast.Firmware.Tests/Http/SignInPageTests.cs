using Holdfast.Firmware.Tests.System;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>Signing in with the access token, in a browser.</summary>
public sealed class SignInPageTests
{
    private const string Token = "0123456789abcdef0123";

    [Fact]
    public async Task Who_has_the_token_gets_to_the_rack_and_nobody_else()
    {
        await using var face = await RunningFace.StartAsync(Token);
        await using var browser = await BrowserPage.OpenAsync(face.Url, width: 360);
        Assert.EndsWith("/login.html", browser.Page.Url, StringComparison.Ordinal);

        await SignInAsync(browser, "a wrong token");
        var outcome = browser.Page.Locator("#outcome[data-stage='failed']");
        await outcome.WaitForAsync();
        Assert.Contains("is wrong", await outcome.InnerTextAsync(), StringComparison.Ordinal);

        await SignInAsync(browser, Token);
        await face.TickWhileAsync(browser.Page.Locator("#link.live").WaitForAsync());
        Assert.Equal(16, await browser.Page.Locator("#elevation button").CountAsync());
    }

    [Fact]
    public async Task A_page_whose_token_counts_no_more_asks_for_the_new_one()
    {
        await using var face = await RunningFace.StartAsync(Token);
        await using var browser = await BrowserPage.OpenAsync(face.Url);
        await browser.Page.RouteAsync("**/api/v1/stream", route => route.AbortAsync());
        await SignInAsync(browser, Token);
        await browser.Page.Locator("#link.lost").WaitForAsync();

        await browser.Page.Context.ClearCookiesAsync();

        await browser.Page.Locator("#token").WaitForAsync();
    }

    private static async Task SignInAsync(BrowserPage browser, string token)
    {
        await browser.Page.GetByLabel("Access token").FillAsync(token);
        await browser.Page.GetByText("Sign in").PressAsync("Enter");
    }
}
