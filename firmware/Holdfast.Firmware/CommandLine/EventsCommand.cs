using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Firmware.Http;

namespace Holdfast.Firmware.CommandLine;

/// <summary><c>holdfast events</c>: what happened, and with <c>--follow</c> what happens.</summary>
internal static class EventsCommand
{
    private const int LimitMax = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(Terminal terminal)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as they happen; Ctrl-C ends it" };
        var limit = Options.Number("--limit", "How many of the newest [50]", 1, LimitMax);
        return Asking.With(
            terminal,
            new Command("events", "Show what happened") { follow, limit },
            (api, asked, stop) =>
            {
                var newest = asked.Parsed.GetValue(limit) ?? 50;
                return asked.Parsed.GetValue(follow)
                    ? FollowAsync(api, asked, newest, stop)
                    : ShowAsync(api, asked, newest, stop);
            }
        );
    }

    private static async Task<int> ShowAsync(ApiClient api, Asked asked, int limit, CancellationToken stop)
    {
        var (events, json) = await ReadAsync(api, $"limit={limit}", stop);
        return asked.Print(json, terminal => Tables.Events(terminal, events));
    }

    /// <summary>With JSON one object a line, so that a program can take each as it comes.</summary>
    private static async Task<int> FollowAsync(ApiClient api, Asked asked, int limit, CancellationToken stop)
    {
        FormattableString query = $"limit={limit}";
        using var timer = new PeriodicTimer(Pause);
        try
        {
            do
            {
                var (events, _) = await ReadAsync(api, query, stop);
                foreach (var happened in events)
                {
                    asked.Print(
                        JsonSerializer.Serialize(happened, ApiJson.Default.EventDocument),
                        terminal => Tables.Events(terminal, [happened])
                    );
                    query = $"limit={LimitMax}&after={happened.Sequence}";
                }
            } while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it ends.
        }

        return ExitCode.Ok;
    }

    private static Task<(IReadOnlyList<EventDocument> Document, string Json)> ReadAsync(
        ApiClient api,
        FormattableString query,
        CancellationToken stop
    ) =>
        api.GetAsync(
            "/api/v1/events?" + query.ToString(CultureInfo.InvariantCulture),
            ApiJson.Default.IReadOnlyListEventDocument,
            stop
        );
}
