using System.Security.Cryptography;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>Asks a rack something and shows what it says until the end.</summary>
internal static class Conversation
{
    /// <returns>The exit code that goes with the answer.</returns>
    public static async Task<int> RunAsync(
        RemoteAsked asked,
        RackLink rack,
        string target,
        string verb,
        string body,
        TimeSpan deadline,
        ECDsa? key,
        CancellationToken stop
    )
    {
        var final = await rack.AskAsync(target, verb, body, deadline, key, response => Show(asked, response), stop);
        return final.Status == 200 ? ExitCode.Ok : asked.Terminal.Fail(final.Text, ExitCodeOf(final.Status));
    }

    public static int ExitCodeOf(int status) =>
        status switch
        {
            200 => ExitCode.Ok,
            400 or 404 => ExitCode.Usage,
            _ => ExitCode.NotDone,
        };

    private static void Show(RemoteAsked asked, RackResponse response)
    {
        if (asked.Json)
        {
            asked.Terminal.Output.WriteLine(Terminal.Clean(response.Json));
        }
        else if (!response.IsFinal || response.Status == 200)
        {
            asked.Terminal.Output.WriteLine($"{Terminal.Clean(response.Text).TrimEnd('.')}.");
        }
    }
}
