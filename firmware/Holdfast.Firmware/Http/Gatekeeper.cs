using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Firmware.Http;

/// <summary>
/// Who may talk to the appliance. On the loopback: the machine's own users, but no page of a foreign site through their browser, whether by a
/// name that resolves here (the Host header must be a loopback name) or by a form (changes need JSON and our own Origin). On any other
/// address: whoever shows the access token, as bearer or as the cookie that the sign-in page sets.
/// </summary>
/// <param name="token">The access token; empty: loopback only.</param>
internal sealed class Gatekeeper(byte[] token, TimeProvider clock)
{
    public const string Cookie = "holdfast-token";

    private readonly WrongTokens wrong = new(clock);

    public bool NeedsToken => token.Length > 0;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Harden(context.Response.Headers);
        if (Judge(context) is { } problem)
        {
            if (problem.Status == 401 && context.Request.Path == "/")
            {
                context.Response.Redirect("/login.html");
                return;
            }

            if (problem.Status == 401)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            await Problems.WriteAsync(context, problem);
            return;
        }

        await next(context);
    }

    /// <summary>What is wrong with a token; null: nothing. Wrong ones are counted: after too many none of that sender is looked at.</summary>
    public ProblemDocument? JudgeToken(HttpContext context, string? offered)
    {
        var sender = context.Connection.RemoteIpAddress;
        if (wrong.IsBlocked(sender))
        {
            context.Response.Headers.RetryAfter = $"{(int)WrongTokens.Within.TotalSeconds}";
            return Problems.TooManyTokens;
        }

        if (NeedsToken && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(offered ?? ""), token))
        {
            return null;
        }

        wrong.Count(sender);
        return Problems.Unauthorized("The access token is wrong. It is in the file access-token of the data folder.");
    }

    private static void Harden(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
    }

    private ProblemDocument? Judge(HttpContext context)
    {
        var request = context.Request;
        if (!NeedsToken && !IsLoopbackName(request.Host.Host))
        {
            return Problems.Forbidden(
                "This address serves this machine only. Use http://127.0.0.1, or start with --http on an address of the network."
            );
        }

        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (changes && !request.Headers.Origin.All(origin => IsOwn(origin, request)))
        {
            return Problems.Forbidden("Another site's page may not command the rack.");
        }

        if (changes && !request.HasJsonContentType())
        {
            return Problems.NotJson;
        }

        var open =
            request.Path == "/healthz"
            || request.Path == "/login"
            || request.Path.Value!.StartsWith("/login.", StringComparison.Ordinal)
            || request.Path == "/style.css";
        return !NeedsToken || open ? null : JudgeCaller(context);
    }

    private ProblemDocument? JudgeCaller(HttpContext context)
    {
        const string Bearer = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        var offered = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..]
            : context.Request.Cookies[Cookie];
        return offered is null
            ? Problems.Unauthorized(
                "Send the access token of the data folder as Authorization: Bearer, or sign in on the page."
            )
            : JudgeToken(context, offered);
    }

    private static bool IsOwn(string? origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
