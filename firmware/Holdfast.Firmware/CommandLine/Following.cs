using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Holdfast.Firmware.Http;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Sends a command and follows it to its observed result, with a sign of life for whoever waits.</summary>
internal sealed class Following(ApiClient api, Asked asked, string title)
{
    public async Task<int> RunAsync(Func<Task<CommandDocument>> send, bool wait, CancellationToken stop)
    {
        CommandDocument outcome;
        try
        {
            outcome = await send();
            if (wait && outcome.Stage == "accepted")
            {
                outcome = await FollowAsync(outcome, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return asked.Terminal.Fail("nobody waits for the result any more; the rack goes on", ExitCode.NotDone);
        }

        asked.Print(
            JsonSerializer.Serialize(outcome, ApiJson.Default.CommandDocument),
            terminal => terminal.Output.WriteLine($"{Terminal.Clean(outcome.Text).TrimEnd('.')}.")
        );
        return outcome.Stage is "done" or "accepted" ? ExitCode.Ok : ExitCode.NotDone;
    }

    private Task<CommandDocument> FollowAsync(CommandDocument outcome, CancellationToken stop)
    {
        if (asked.Json || !asked.Terminal.IsPerson)
        {
            return PollAsync(outcome, ApiClient.WaitSeconds, _ => { }, stop);
        }

        var since = Stopwatch.GetTimestamp();
        var text = Markup.Escape($"{Terminal.Clean(outcome.Text).TrimEnd('.')} …");
        return asked
            .Terminal.Console()
            .Status()
            .StartAsync(
                Markup.Escape($"{title} …"),
                status =>
                    PollAsync(
                        outcome,
                        1,
                        _ => status.Status = $"{text} {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s",
                        stop
                    )
            );
    }

    private async Task<CommandDocument> PollAsync(
        CommandDocument outcome,
        int waitSeconds,
        Action<CommandDocument> show,
        CancellationToken stop
    )
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/commands/{Uri.EscapeDataString(outcome.Id)}?wait_s={waitSeconds}"
        );
        while (outcome.Stage == "accepted")
        {
            show(outcome);
            outcome = await AskAsync(path, stop);
        }

        return outcome;
    }

    private async Task<CommandDocument> AskAsync(string path, CancellationToken stop)
    {
        try
        {
            var (outcome, _) = await api.GetAsync(path, ApiJson.Default.CommandDocument, stop);
            return outcome;
        }
        catch (ApiException e) when (e.ExitCode == ExitCode.Usage)
        {
            throw new ApiException(
                "the appliance has started anew and no longer follows the command; look at what it does now",
                ExitCode.NotDone
            );
        }
    }
}
