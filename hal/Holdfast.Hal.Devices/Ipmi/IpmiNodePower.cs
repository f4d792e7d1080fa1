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
        using var limit = new CancellationTokenSource(deadline, bmc.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var first = action == PowerAction.Cycle ? PowerAction.Off : action;
        var outcome = await CarryOutAsync(first, either.Token, cancellationToken).ConfigureAwait(false);
        return action == PowerAction.Cycle && outcome.Reached
            ? await CarryOutAsync(PowerAction.On, either.Token, cancellationToken).ConfigureAwait(false)
            : outcome;
    }

    public ValueTask DisposeAsync() => bmc.DisposeAsync();

    /// <param name="deadline">Cancelled when the time is over; then the last observation counts.</param>
    private async Task<PowerOutcome> CarryOutAsync(
        PowerAction action,
        CancellationToken deadline,
        CancellationToken cancellationToken
    )
    {
        var goal = action is PowerAction.On or PowerAction.Reset ? PowerState.On : PowerState.Off;
        var seen = PowerObservation.Unknown(bmc.Clock.Now, "the BMC did not answer in time");
        var accepted = false;
        var detail = seen.Detail;
        try
        {
            while (true)
            {
                if (!accepted)
                {
                    var answer = await bmc.AskAsync(Chassis, Control, new[] { Code(action) }, deadline)
                        .ConfigureAwait(false);
                    accepted = answer.Ok;
                    detail = accepted ? $"it was not seen {goal} in time" : answer.Words;
                }

                seen = await ObserveAsync(deadline).ConfigureAwait(false);
                if (accepted && seen.State == goal)
                {
                    return new PowerOutcome(true, true, seen, "");
                }

                await Task.Delay(Between, bmc.Clock, deadline).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PowerOutcome(accepted, false, seen, detail);
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
