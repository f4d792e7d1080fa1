using Holdfast.Firmware.Appliance;
using Holdfast.Hal;
using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

public sealed class ActionRunnerTests
{
    private static readonly NodeId Node = new("node-01");

    [Fact]
    public async Task An_order_that_is_recalled_is_not_tried_any_more()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var power = new SilentPower();
        var devices = new Devices(
            [new NodeDevices(Node, power, null, null, null, _ => Task.FromResult<IpmiIdentity?>(null))],
            [],
            [],
            [],
            [],
            [],
            null
        );
        await using var runner = new ActionRunner(devices, new ObservationInbox(), RackClock.Start(1));

        runner.Start(new SwitchNode(1, Node, PowerAction.On, TimeSpan.FromHours(1)));
        runner.Start(new RecallNode(2, Node));

        await power.GivenUp.WaitAsync(patience.Token);
    }

    /// <summary>It goes on trying until it is told to stop.</summary>
    private sealed class SilentPower : INodePower
    {
        private readonly TaskCompletionSource givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task GivenUp => givenUp.Task;

        public async Task<PowerOutcome> CommandAsync(
            PowerAction action,
            TimeSpan deadline,
            CancellationToken cancellationToken
        )
        {
            using var registration = cancellationToken.Register(givenUp.SetResult);
            await givenUp.Task;
            throw new OperationCanceledException(cancellationToken);
        }

        public Task<PowerObservation> ObserveAsync(CancellationToken cancellationToken) =>
            Task.FromResult(PowerObservation.Unknown(default, "silent"));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
