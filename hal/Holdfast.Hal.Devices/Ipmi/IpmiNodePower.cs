namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// A node's power through its BMC: Get Chassis Status and Chassis Control (IPMI 2.0 §28.2, §28.3). A cycle is made of off, seen off, on:
/// the BMC's own cycle cannot be observed and is known to race.
/// </summary>
/// <param name="bmc">Owned by the caller's set of devices; disposed with this.</param>
public sealed class IpmiNodePower(IpmiBmc bmc) : INodePower
{
    private const byte Chassis = 0x00;
    private const byte GetStatus = 0x01;
    private const byte Control = 0x02;
    private const byte PowerOn = 0x01;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public async Task<PowerObservation> ObserveAsync(CancellationToken cancellationToken)
    {
        var answer = await bmc.AskAsync(Chassis, GetStatus, ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        var now = bmc.Clock.Now;
        return !answer.Ok ? PowerObservation.Unknown(now, answer.Words)
            : answer.Data.Length == 0 ? PowerObservation.Unknown(now, "the BMC's answer makes no sense")
            : new PowerObservation((answer.Data[0] & PowerOn) != 0 ? PowerState.On : PowerState.Off, now, "");
    }

    public async Task<PowerOutcome> CommandAsync(
        PowerAction action,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var until = bmc.Clock.Now + deadline;
        if (action != PowerAction.Cycle)
        {
            return await CarryOutAsync(action, until, cancellationToken).ConfigureAwait(false);
        }

        var off = await CarryOutAsync(PowerAction.Off, until, cancellationToken).ConfigureAwait(false);
        return off.Reached ? await CarryOutAsync(PowerAction.On, until, cancellationToken).ConfigureAwait(false) : off;
    }

    public ValueTask DisposeAsync() => bmc.DisposeAsync();

    private async Task<PowerOutcome> CarryOutAsync(
        PowerAction action,
        MonotonicTime until,
        CancellationToken cancellationToken
    )
    {
        var goal = action is PowerAction.On or PowerAction.Reset ? PowerState.On : PowerState.Off;
        var accepted = false;
        var detail = "";
        while (true)
        {
            if (!accepted)
            {
                var answer = await bmc.AskAsync(Chassis, Control, new[] { Code(action) }, cancellationToken)
                    .ConfigureAwait(false);
                accepted = answer.Ok;
                detail = accepted ? "" : answer.Words;
            }

            var seen = await ObserveAsync(cancellationToken).ConfigureAwait(false);
            if (accepted && seen.State == goal)
            {
                return new PowerOutcome(true, true, seen, "");
            }

            if (bmc.Clock.Now + Between > until)
            {
                var words = detail.Length > 0 ? detail : $"it was not seen {goal} in time";
                return new PowerOutcome(accepted, false, seen, words);
            }

            await Task.Delay(Between, bmc.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte Code(PowerAction action) =>
        action switch
        {
            PowerAction.Off => 0,
            PowerAction.On => 1,
            PowerAction.Reset => 3,
            PowerAction.SoftOff => 5,
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "not one chassis control"),
        };
}
