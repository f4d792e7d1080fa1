using System.Reflection;
using Holdfast.Storage.Kernels;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Holdfast.Storage.Tests;

/// <summary>Runs a theory once on each kernel tier that this processor has.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTierAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod,
        DisposalTracker disposalTracker
    ) => new([.. KernelSelector.Supported.Select(tier => new TheoryDataRow<KernelTier>(tier))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
