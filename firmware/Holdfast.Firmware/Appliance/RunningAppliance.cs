using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>The running rack: the parts that the faces need, behind one contract.</summary>
internal sealed class RunningAppliance(RackPlan plan, ViewBoard views, CommandDesk desk, RackRecord record) : IAppliance
{
    public RackPlan Plan => plan;

    public RackView View => views.Current;

    public long LastEventSequence => record.LastSequence;

    public Task<RackView> NextViewAsync(long afterVersion, CancellationToken cancellationToken) =>
        views.NextAsync(afterVersion, cancellationToken);

    public IReadOnlyList<RackEvent> Events(long after, int limit) => record.Read(after, limit);

    public Task<IReadOnlyList<RackEvent>> NextEventsAsync(long after, int limit, CancellationToken cancellationToken) =>
        record.NextAsync(after, limit, cancellationToken);

    public Task<CommandOutcome> SubmitAsync(OperatorCommand command, CancellationToken cancellationToken) =>
        desk.SubmitAsync(command, cancellationToken);

    public CommandOutcome? Outcome(string commandId) => desk.Outcome(commandId);

    public Task<CommandOutcome> FinalOutcomeAsync(string commandId, CancellationToken cancellationToken) =>
        desk.FinalOutcomeAsync(commandId, cancellationToken);
}
