using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>The page as files: whole, from inside the program, and within its own content security policy.</summary>
public sealed partial class PageFileTests
{
    private static readonly string Folder = SourceTree.PathOf("firmware/Holdfast.Firmware/Page/Files");

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_file_is_served_with_its_type_and_once_only(string file)
    {
        await using var face = await RunningFace.StartAsync();
        using var reply = await face.GetAsync("/" + file);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.NotEqual("application/octet-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(Folder, file)),
            await reply.Content.ReadAsByteArrayAsync()
        );
        using var again = new HttpRequestMessage(HttpMethod.Get, "/" + file);
        again.Headers.IfNoneMatch.Add(reply.Headers.ETag!);
        using var unchanged = await face.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_file_needs_another_site_or_a_script_in_its_text(string file)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, file));
        Assert.DoesNotMatch(Elsewhere(), text);
        Assert.True(!file.EndsWith(".html", StringComparison.Ordinal) || !Inline().IsMatch(text), file);
    }

    [Theory]
    [InlineData("/login.html", HttpStatusCode.OK)]
    [InlineData("/login.js", HttpStatusCode.OK)]
    [InlineData("/style.css", HttpStatusCode.OK)]
    [InlineData("/healthz.html", HttpStatusCode.Unauthorized)]
    [InlineData("/app.js", HttpStatusCode.Unauthorized)]
    [InlineData("/style.css/../app.js", HttpStatusCode.Unauthorized)]
    public async Task Only_what_signing_in_needs_is_open(string path, HttpStatusCode status)
    {
        await using var face = await RunningFace.StartAsync("0123456789abcdef0123");
        using var reply = await face.GetAsync(path);
        Assert.Equal(status, reply.StatusCode);
    }

    [GeneratedRegex("""(?:src|href)="(?:https?:)?//|url\(["']?(?:https?:)?//|@import|from ["']https?:""")]
    private static partial Regex Elsewhere();

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|\son[a-z]+="|\sstyle="|<style|javascript:""")]
    private static partial Regex Inline();
}
