using Holdfast.Testing;
using Microsoft.Playwright;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The page in Debian's Chromium, and all that it asked for or complained about.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private BrowserPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
        page.Request += (_, request) => Requests.Add(new Uri(request.Url));
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public List<Uri> Requests { get; } = [];

    public List<string> Complaints { get; } = [];

    public static async Task<BrowserPage> OpenAsync(
        Uri address,
        int width = 1280,
        ColorScheme colours = ColorScheme.Light
    )
    {
        var chromium = Counterpart.Require("chromium", "chromium");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Arguments });
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new ViewportSize { Width = width, Height = 844 },
                ColorScheme = colours,
            }
        );
        page.SetDefaultTimeout(60_000);
        var opened = new BrowserPage(playwright, browser, page);
        await page.GotoAsync(address.ToString());
        return opened;
    }

    public ILocator Node(string name) => Page.Locator($"button[data-node='{name}']");

    public Task UntilNodeAsync(string name, string state) =>
        Page.Locator($"button[data-node='{name}'][data-state='{state}']").WaitForAsync();

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
