using System.Reflection;
using System.Security.Cryptography;

namespace Holdfast.Firmware.Http;

/// <summary>The page's files, from inside the program: there is no folder on the disk that could be changed or listed.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        )
        {
            var name = resource[Prefix.Length..];
            var content = new Lazy<byte[]>(() => Read(assembly, resource));
            var tag = new Lazy<string>(() => $"\"{Convert.ToHexStringLower(SHA256.HashData(content.Value))[..16]}\"");
            RequestDelegate serve = context => ServeAsync(context, name, content.Value, tag.Value);
            routes.MapGet("/" + name, serve).ExcludeFromDescription();
            if (name == "index.html")
            {
                routes.MapGet("/", serve).ExcludeFromDescription();
            }
        }
    }

    private static async Task ServeAsync(HttpContext context, string name, byte[] content, string tag)
    {
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static byte[] Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
