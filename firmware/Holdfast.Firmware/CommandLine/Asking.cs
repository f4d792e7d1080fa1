using System.CommandLine;
using System.Text;
using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine;

/// <summary>What all commands that ask a running appliance have in common: where it is, the token, the form of the answer.</summary>
internal static class Asking
{
    private const string UrlDefault = "http://127.0.0.1:8080";
    private const string UrlVariable = "HOLDFAST_URL";
    private const int TokenFileLengthMax = 4096;

    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = $"Where the appliance is; else {UrlVariable}, else {UrlDefault}",
        HelpName = "URL",
        CustomParser = result =>
        {
            var url = UrlOf(result.Tokens[0].Value);
            if (url is null)
            {
                result.AddError($"--url needs an address such as {UrlDefault}, not '{result.Tokens[0].Value}'");
            }

            return url;
        },
    };

    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "The file with the access token, for an appliance on the network",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs" };

    public static Command With(
        Terminal terminal,
        Command command,
        Func<ApiClient, Asked, CancellationToken, Task<int>> ask
    )
    {
        command.Options.Add(Url);
        command.Options.Add(TokenFile);
        command.Options.Add(Json);
        command.SetAction((parsed, stop) => RunAsync(new Asked(parsed, parsed.GetValue(Json), terminal), ask, stop));
        return command;
    }

    private static async Task<int> RunAsync(
        Asked asked,
        Func<ApiClient, Asked, CancellationToken, Task<int>> ask,
        CancellationToken stop
    )
    {
        var variable = Environment.GetEnvironmentVariable(UrlVariable);
        if ((asked.Parsed.GetValue(Url) ?? UrlOf(variable is null or "" ? UrlDefault : variable)) is not { } url)
        {
            return asked.Terminal.Fail($"{UrlVariable} needs an address such as {UrlDefault}", ExitCode.Usage);
        }

        var (token, problem) = asked.Parsed.GetValue(TokenFile) is { } file ? ReadToken(file) : (null, "");
        if (problem.Length > 0)
        {
            return asked.Terminal.Fail(problem, ExitCode.Usage);
        }

        try
        {
            using var api = new ApiClient(url, token);
            return await ask(api, asked, stop);
        }
        catch (ApiException e)
        {
            return asked.Terminal.Fail(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return asked.Terminal.Fail($"the appliance at {url} does not answer in time", ExitCode.NotReachable);
        }
    }

    private static Uri? UrlOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static (string? Token, string Problem) ReadToken(string file)
    {
        var (bytes, unreadable) = BoundedFile.Read(file, TokenFileLengthMax);
        var token = Encoding.UTF8.GetString(bytes ?? []).Trim();
        return bytes is null ? (null, $"the token file {file} cannot be read ({unreadable}); check its name and rights")
            : token.Length == 0 || token.Any(c => !char.IsAscii(c) || char.IsControl(c) || c == ' ')
                ? (
                    null,
                    $"the token file {file} holds no token; copy the file access-token of the appliance's data folder"
                )
            : (token, "");
    }
}

/// <summary>What was asked for, in which form the answer is wanted, and where it goes.</summary>
internal sealed record Asked(ParseResult Parsed, bool Json, Terminal Terminal)
{
    public int Print(string json, Action<Terminal> table)
    {
        if (Json)
        {
            Terminal.Output.WriteLine(json);
        }
        else
        {
            table(Terminal);
        }

        return ExitCode.Ok;
    }
}
