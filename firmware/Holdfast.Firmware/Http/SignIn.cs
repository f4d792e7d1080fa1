namespace Holdfast.Firmware.Http;

/// <summary>Turns the access token into the cookie that the page's requests carry.</summary>
internal static class SignIn
{
    public static void Map(IEndpointRouteBuilder routes, Gatekeeper gatekeeper) =>
        routes
            .MapPost("/login", (HttpContext context, SignInRequest request) => Answer(context, request, gatekeeper))
            .ExcludeFromDescription();

    private static IResult Answer(HttpContext context, SignInRequest request, Gatekeeper gatekeeper)
    {
        if (gatekeeper.JudgeToken(context, request.Token) is { } problem)
        {
            return Problems.Result(problem);
        }

        var options = new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            MaxAge = TimeSpan.FromDays(30),
        };
        context.Response.Cookies.Append(Gatekeeper.Cookie, request.Token!, options);
        return Results.NoContent();
    }
}
