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

    private const int AttemptsMax = 10;
    private static readonly TimeSpan AttemptsWithin = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private MonotonicTime windowStart = MonotonicTime.Never;
    private int attempts;

    public bool NeedsToken => token.Length > 0;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Harden(context.Response.Headers);
        if (Judge(context.Request) is { } problem)
        {
            if (problem.Status == 401 && context.Request.Path == "/")
            {
                context.Response.Redirect("/login.html");
                return;
            }

            await Problems.WriteAsync(context, problem);
            return;
        }

        await next(context);
    }

    /// <summary>Whether a text is the token. Wrong ones are counted: after ten in a minute none is looked at.</summary>
    public bool? IsToken(string? offered)
    {
        lock (gate)
        {
            if (clock.Now - windowStart > AttemptsWithin)
            {
                (windowStart, attempts) = (clock.Now, 0);
            }

            if (attempts >= AttemptsMax)
            {
                return null;
            }

            var right =
                NeedsToken && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(offered ?? ""), token);
            attempts += right ? 0 : 1;
            return right;
        }
    }

    private static void Harden(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
    }

    private ProblemDocument? Judge(HttpRequest request)
    {
        if (!NeedsToken && !IsLoopbackName(request.Host.Host))
        {
            return Problems.Forbidden(
                "This address serves this machine only. Use http://127.0.0.1, or start with --http on an address of the network."
            );
        }

        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (changes && request.Headers.Origin is [{ Length: > 0 } origin] && !IsOwn(origin, request))
        {
            return Problems.Forbidden("Another site's page may not command the rack.");
        }

        if (changes && !request.HasJsonContentType())
        {
            return Problems.BadRequest("Send the body as application/json.");
        }

        var open =
            request.Path == "/healthz"
            || request.Path == "/login"
            || request.Path.Value!.StartsWith("/login.", StringComparison.Ordinal)
            || request.Path == "/style.css";
        return !NeedsToken || open ? null : JudgeToken(request);
    }

    private ProblemDocument? JudgeToken(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        var offered = header.StartsWith(Bearer, StringComparison.Ordinal)
            ? header[Bearer.Length..]
            : request.Cookies[Cookie];
        return offered is null
            ? Problems.Unauthorized(
                "Send the access token of the data folder as Authorization: Bearer, or sign in on the page."
            )
            : IsToken(offered) switch
            {
                true => null,
                null => Problems.Busy("Too many wrong tokens. Wait a minute."),
                _ => Problems.Unauthorized(
                    "The access token is wrong. It is in the file access-token of the data folder."
                ),
            };
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
