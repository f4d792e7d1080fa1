using Holdfast.Gateway.Commands.Access;
using Holdfast.Gateway.Twin;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// The one door through which commands come in from the network, whatever form they had there: asks the access policy, writes down what it
/// denies, and has the rest carried out by the rack or by the twins. Thread-safe.
/// </summary>
/// <param name="access">The policy of now; asked at each command, so that a new one counts at once.</param>
/// <param name="isNode">Whether a name is that of a single node.</param>
public sealed class CommandGate(
    IGatewayRack rack,
    TwinDesk twins,
    Func<AccessPolicy> access,
    Func<string, bool> isNode,
    AuditTrail audit
)
{
    public AccessPolicy Access => access();

    public AuditTrail Audit => audit;

    public TwinDesk Twins => twins;

    /// <summary>Asks the policy and has the command carried out; for commands that came in another form than CommandDispatcher's.</summary>
    /// <param name="identity">Who; without a key id it may do what the unsigned may.</param>
    /// <param name="progress">Told what the command has come to until its end.</param>
    /// <returns>The final outcome: 403 where it may not.</returns>
    public Task<GatewayReply> ExecuteAsync(
        GatewayCommand command,
        CommandIdentity identity,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    ) =>
        Judge(command, identity) is { } refusal
            ? Task.FromResult(refusal)
            : RunAsync(command with { Who = identity.Who }, progress, cancellationToken);

    /// <summary>The refusal, written down; null: it may.</summary>
    internal GatewayReply? Judge(GatewayCommand command, CommandIdentity identity)
    {
        var policy = access();
        var (commands, problem) = TwinCommands.Of(command);
        if (problem.Length > 0)
        {
            return GatewayReply.Refused(400, problem);
        }

        var refusal = commands
            .Prepend(command)
            .Select(each => policy.Refusal(each, identity, isNode))
            .FirstOrDefault(text => text.Length > 0);
        if (refusal is null)
        {
            return null;
        }

        audit.Denied(command, identity, refusal);
        return GatewayReply.Refused(403, refusal);
    }

    /// <summary>Has a command carried out that was let through.</summary>
    internal Task<GatewayReply> RunAsync(
        GatewayCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    ) =>
        CommandVerbs.IsTwin(command.Verb)
            ? twins.ExecuteAsync(command, progress, cancellationToken)
            : rack.ExecuteAsync(command, progress, cancellationToken);
}
