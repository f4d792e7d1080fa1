using Holdfast.Firmware.Tests.Http;
using Holdfast.Rack;
using Holdfast.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The page as a technician uses it, in a browser, on the whole appliance.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task A_node_switched_on_by_clicking_is_shown_booting_and_then_on()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 15);
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);
        await browser.UntilNodeAsync("node-13", "off");

        await browser.Node("node-13").ClickAsync();
        await browser.Page.Locator("[data-verb='on']").ClickAsync();
        Assert.Equal("off", await rack.NodeStateAsync("node-13"));
        await browser.Page.Locator("[data-confirm='on']").ClickAsync();

        await browser.UntilNodeAsync("node-13", "waking");
        await browser.UntilNodeAsync("node-13", "on");
        await browser.Page.Locator("#outcome[data-stage='done']").WaitForAsync();
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task What_is_not_confirmed_is_not_done()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);
        await browser.UntilNodeAsync("node-01", "on");

        await browser.Node("node-01").ClickAsync();
        await browser.Page.Locator("[data-verb='off']").ClickAsync();
        await browser.Page.GetByText("Leave it").ClickAsync();

        await browser.Page.Locator("[data-verb='off']").WaitForAsync();
        Assert.DoesNotContain(
            browser.Requests,
            request => request.AbsolutePath.EndsWith("/off", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_lost_controller_is_shown_as_lost_and_offers_nothing_until_it_is_back()
    {
        await using var rack = await RackProcess.SimulatedAsync(http: $"127.0.0.1:{LoopbackPort.Free()}");
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);
        await browser.UntilNodeAsync("node-13", "off");
        await browser.Node("node-13").ClickAsync();
        await browser.Page.Locator("[data-verb='on']:enabled").WaitForAsync();

        await rack.KillAsync();
        await browser.Page.Locator("#link.lost").WaitForAsync();
        Assert.Contains("as of", await browser.Page.Locator("#link").InnerTextAsync(), StringComparison.Ordinal);
        await browser.Page.Locator("[data-verb='on']:disabled").WaitForAsync();
        await browser.Page.GetByText("This is how it was").WaitForAsync();

        await rack.RestartAsync();
        await browser.Page.Locator("#link.live").WaitForAsync();
        await browser.Page.Locator("[data-verb='on']:enabled").WaitForAsync();
    }

    [Fact]
    public async Task The_keyboard_keeps_its_place_while_the_picture_changes()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);
        var zone = browser.Page.Locator("button[data-zone='zone-a']");
        await zone.FocusAsync();

        await browser.Page.WaitForFunctionAsync(
            "before => document.getElementById('zones').innerText !== before",
            await browser.Page.Locator("#zones").InnerTextAsync()
        );

        Assert.Equal("zone-a", await browser.Page.EvaluateAsync<string>("document.activeElement.dataset.zone"));
    }

    [Fact]
    public async Task What_can_be_done_is_offered_again_at_once_after_a_no()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.ShowNode("node-13", NodeState.Off);
        await using var browser = await BrowserPage.OpenAsync(face.Url);
        await face.TickWhileAsync(browser.Node("node-13").ClickAsync());
        await browser.Page.Locator("[data-verb='on']").ClickAsync();

        await browser.Page.GetByText("Leave it").ClickAsync();

        await browser.Page.Locator("[data-verb='on']").WaitForAsync();
    }

    [Fact]
    public async Task A_long_name_hides_no_state()
    {
        var name = new string('n', 63);
        await using var rack = await RackProcess.SimulatedAsync(
            more: $$"""
            ,"nodes":[{"name":"{{name}}","zone":"zone-a","rack_unit":38,"power_max_w":100,
              "bmc":{"address":"127.0.0.1:20699","user":"admin","password_file":"more.password"} }]
            """
        );
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page, width: 360);
        await browser.UntilNodeAsync(name, "off");

        var button = (await browser.Node(name).BoundingBoxAsync())!;
        var state = (await browser.Node(name).Locator(".state").BoundingBoxAsync())!;
        Assert.InRange(state.X + state.Width, button.X, button.X + button.Width);
        Assert.InRange(state.Y + state.Height, button.Y, button.Y + button.Height);
    }

    [Fact]
    public async Task An_alarm_says_what_is_wrong()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 20, faults: "at 00:00:30 leak leak-b");
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);

        var alarm = browser.Page.Locator("#alarm-list li").First;
        await alarm.WaitForAsync();

        Assert.Contains("zone-b", await alarm.InnerTextAsync(), StringComparison.Ordinal);
        await browser.Page.Locator("[data-zone='zone-b'] [data-input='active']").WaitForAsync();
    }

    [Fact]
    public async Task The_fans_of_a_zone_can_be_set_to_full()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page);

        await browser.Page.Locator("button[data-zone='zone-a']").ClickAsync();
        await browser.Page.Locator("[data-verb='full']").ClickAsync();
        await browser.Page.Locator("[data-confirm='full']").ClickAsync();

        await browser.Page.Locator("#outcome[data-stage='done']").WaitForAsync();
        await browser.Page.GetByText("fans 100 %, full").WaitForAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_fits_a_phone_and_asks_nobody_but_the_controller(ColorScheme colours)
    {
        await using var rack = await RackProcess.SimulatedAsync();
        await using var browser = await BrowserPage.OpenAsync(rack.Process.Page, width: 360, colours);
        await browser.Page.Locator("#link.live").WaitForAsync();

        Assert.True(await browser.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 360"));
        var brightness = await browser.Page.EvaluateAsync<int>(
            "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
        );
        Assert.Equal(colours == ColorScheme.Light, brightness > 128);
        Assert.All(browser.Requests, request => Assert.Equal(rack.Process.Page.Authority, request.Authority));
        Assert.Empty(browser.Complaints);
    }
}
