using System.Globalization;

namespace Holdfast.Firmware.CommandLine.Outbox;

/// <summary>An outbox in words.</summary>
internal static class OutboxText
{
    public static void Print(OutboxDocument document, Terminal terminal)
    {
        var to = terminal.Output;
        var classes = string.Join(
            ", ",
            document.Classes.Where(one => one.Value > 0).Select(one => $"{one.Key} {one.Value}")
        );
        to.WriteLine(Line($"waiting  {document.Waiting}{(classes.Length > 0 ? $" ({classes})" : "")}"));
        if (document.Oldest is { } oldest)
        {
            to.WriteLine(Line($"since    {oldest:O}, the newest of {document.Newest:O}"));
        }

        var budget = document.BudgetBytes is { } bytes ? Line($" of {bytes / 1e6:0} MB") : "";
        to.WriteLine(Line($"disk     {document.Bytes / 1e6:0.0} MB{budget}"));
        foreach (var gap in document.Gaps)
        {
            var word = gap.Verified switch
            {
                true => "signed",
                false => "NOT SIGNED BY THIS RACK",
                null => "not verified",
            };
            to.WriteLine(
                Terminal.Clean(
                    Line(
                        $"gap      {gap.Record.First}–{gap.Record.Last} {gap.Record.Class}, {gap.Record.Count} messages: {gap.Record.Why} ({word})"
                    )
                )
            );
        }

        foreach (var damage in document.Damage)
        {
            to.WriteLine($"damage   {damage}");
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
