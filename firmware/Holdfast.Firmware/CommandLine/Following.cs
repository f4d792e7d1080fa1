using System.Globalization;
using System.Text.Json;
using Holdfast.Firmware.Http;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Sends a command and follows it to its observed result, with a sign of life for whoever waits.</summary>
internal static class Following
{
    public static async Task<int> RunAsync(
        ApiClient api,
        Asked asked,
        string title,
        Func<Task<CommandDocument>> send,
        bool wait,
        CancellationToken stop
    )
    {
        var outcome = await send();
        if (wait && outcome.Stage == "accepted")
        {
            outcome =
                asked.Json || Console.IsOutputRedirected
                    ? await FollowAsync(api, outcome, stop)
                    : await AnsiConsole
                        .Status()
                        .StartAsync(Markup.Escape($"{title} …"), _ => FollowAsync(api, outcome, stop));
        }

        asked.Print(
            JsonSerializer.Serialize(outcome, ApiJson.Default.CommandDocument),
            () => Console.WriteLine($"{Capital(outcome.Text)}.")
        );
        return outcome.Stage is "done" or "accepted" ? ExitCode.Ok : ExitCode.NotDone;
    }

    private static async Task<CommandDocument> FollowAsync(
        ApiClient api,
        CommandDocument outcome,
        CancellationToken stop
    )
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/commands/{outcome.Id}?wait_s={ApiClient.WaitSeconds}"
        );
        while (outcome.Stage == "accepted")
        {
            (outcome, _) = await api.GetAsync(path, ApiJson.Default.CommandDocument, stop);
        }

        return outcome;
    }

    private static string Capital(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
