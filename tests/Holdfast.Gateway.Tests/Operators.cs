using System.Collections.Immutable;
using System.Security.Cryptography;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Tests;

/// <summary>An operator with a key of P-256.</summary>
internal sealed class TestOperator(string name) : IDisposable
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Name => name;

    public Operator Entry(DateTimeOffset? notAfter = null, params AccessRule[] rules) =>
        new(name, OperatorKey.Of(Key), notAfter, rules.Length > 0 ? [.. rules] : [AccessRule.Everything]);

    /// <summary>Harmful commands need this operator's key, others none.</summary>
    public AccessPolicy Policy(params AccessRule[] rules) =>
        new(
            ImmutableArray.Create(Entry(null, rules)),
            [AccessRule.Everything],
            ImmutableArray.Create(AccessPolicy.Harmful)
        );

    public MqttMessage Signed(MqttMessage request, DateTimeOffset now, TimeSpan? validFor = null, string rack = "r1")
    {
        var levels = request.Topic.Split('/');
        var command = new SealedCommand(rack, levels[2], levels[4], request.Payload, request.CorrelationData);
        var seal = CommandSeal.Sign(Key, command, now, validFor ?? TimeSpan.FromMinutes(1));
        return request with { UserProperties = [.. request.UserProperties, .. seal.Properties] };
    }

    public void Dispose() => Key.Dispose();
}
