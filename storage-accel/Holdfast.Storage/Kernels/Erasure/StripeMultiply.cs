using System.Runtime.CompilerServices;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>A product of a table with shards of a stripe, which neither move nor overlap.</summary>
internal static unsafe class StripeMultiply
{
    /// <summary>The table's sources come first in the stripe, then its outputs.</summary>
    public static void Run(CoefficientTable table, Stripe stripe, DataLocality locality)
    {
        var addresses = (byte**)stripe.AddressTable;
        table.Multiply(addresses, addresses + table.Sources, stripe.ShardLength, locality);
        GC.KeepAlive(stripe);
    }

    /// <param name="order">Indices of the table's sources, then of its outputs.</param>
    [SkipLocalsInit]
    public static void Run(CoefficientTable table, Stripe stripe, ReadOnlySpan<int> order, DataLocality locality)
    {
        var all = (byte**)stripe.AddressTable;
        var addresses = stackalloc byte*[PinnedShards.Max];
        for (var i = 0; i < order.Length; i++)
        {
            addresses[i] = all[order[i]];
        }

        table.Multiply(addresses, addresses + table.Sources, stripe.ShardLength, locality);
        GC.KeepAlive(stripe);
    }
}
