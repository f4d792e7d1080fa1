using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

public sealed class LimitProperties
{
    /// <summary>Whatever nodes, devices and people do: what is really drawn stays within budget and inrush limit.</summary>
    [Fact]
    public void Budget_and_inrush_limit_are_never_passed() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var passed = new RandomRack((ulong)seed).Run(seconds: 600);
                    return (passed is null).Label(passed ?? "");
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));
}
