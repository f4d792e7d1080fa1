namespace Holdfast.Hil;

/// <summary>Something that goes wrong on order.</summary>
/// <param name="Target">What it happens to; see <see cref="FaultKind"/>.</param>
/// <param name="At">When it begins, counted from the start of the simulation. In the past: at the next step.</param>
/// <param name="For">How long it lasts; more than zero. <see cref="UntilTheEnd"/>: for ever.</param>
public sealed record Fault(FaultKind Kind, string Target, TimeSpan At, TimeSpan For)
{
    /// <summary>The only target of <see cref="FaultKind.GridLost"/>.</summary>
    public const string Grid = "grid";

    public static TimeSpan UntilTheEnd => TimeSpan.MaxValue;
}
