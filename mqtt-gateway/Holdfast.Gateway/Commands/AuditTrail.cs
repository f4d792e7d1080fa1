using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Gateway.Commands;

/// <summary>Something for the rack's record.</summary>
public sealed record AuditNote(Severity Severity, string Subject, string Code, string Text);

/// <summary>
/// Writes down what was not let through, and what changed without the rack's own record of it. At most <see cref="DeniedMax"/> denials a
/// minute are told one by one; those beyond are counted in the next, so that an attacker can't fill the disk. Thread-safe.
/// </summary>
/// <param name="write">Takes a note; must not block.</param>
public sealed class AuditTrail(Action<AuditNote> write, TimeProvider clock)
{
    public const int DeniedMax = 20;

    private const int TextLengthMax = 400;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private MonotonicTime begun = MonotonicTime.Never;
    private int told;
    private long untold;

    public void Denied(GatewayCommand command, CommandIdentity identity, string why) =>
        Denied(command.Target, $"{identity.Who} asked {command.Verb} of {command.Target}: denied, {why}.");

    public void Denied(string subject, string text)
    {
        long before;
        lock (gate)
        {
            var now = clock.Now;
            if (now - begun >= Window)
            {
                (begun, told) = (now, 0);
            }

            if (++told > DeniedMax)
            {
                untold++;
                return;
            }

            (before, untold) = (untold, 0);
        }

        var more = before > 0 ? $" Before it {before} more were denied and not told one by one." : "";
        write(new AuditNote(Severity.Warning, subject, "command-denied", Cut(text) + more));
    }

    public void Changed(string subject, string code, string text) =>
        write(new AuditNote(Severity.Info, subject, code, Cut(text)));

    public void Wrong(string subject, string code, string text) =>
        write(new AuditNote(Severity.Error, subject, code, Cut(text)));

    private static string Cut(string text) => text.Length <= TextLengthMax ? text : text[..(TextLengthMax - 1)] + "…";
}
