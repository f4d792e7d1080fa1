using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>A kernel of blocks: picks the loop for a group of rows and sees to what whole blocks leave over.</summary>
/// <typeparam name="TCoefficient">A factor as the blocks take it.</typeparam>
/// <typeparam name="TSingle">The smallest block, also for eight Cauchy rows.</typeparam>
/// <typeparam name="TOne">The block for one row.</typeparam>
/// <typeparam name="TTwo">For two rows, Cauchy or not.</typeparam>
/// <typeparam name="TFour">For three and four.</typeparam>
/// <typeparam name="TEight">For five to eight, and four Cauchy rows.</typeparam>
internal sealed unsafe class BlockKernel<TCoefficient, TSingle, TOne, TTwo, TFour, TEight> : ErasureKernel
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TSingle : struct, IBlock<TSingle, TCoefficient>
    where TOne : struct, IBlock<TOne, TCoefficient>
    where TTwo : struct, IBlock<TTwo, TCoefficient>
    where TFour : struct, IBlock<TFour, TCoefficient>
    where TEight : struct, IBlock<TEight, TCoefficient>
{
    public override int CoefficientSize => TCoefficient.Size;

    public override bool TransformsCauchy => true;

    public override void WriteCoefficient(byte factor, Span<byte> destination) =>
        TCoefficient.Write(factor, destination);

    public override void Run(in RowWork work, MemoryPath path)
    {
        switch (path)
        {
            case MemoryPath.Near:
                Run<NearAccess>(in work);
                break;
            case MemoryPath.Far:
                Run<FarAccess>(in work);
                break;
            default:
                Run<StreamedAccess>(in work);
                if (Sse.IsSupported)
                {
                    // Results that went past the caches are ordered before what the caller does next.
                    Sse.StoreFence();
                }

                break;
        }
    }

    private static void Run<TAccess>(in RowWork work)
        where TAccess : struct, IMemoryAccess
    {
        switch (work.Group.Kind)
        {
            case RowGroupKind.Products:
                Rows<AnyRow, TAccess>(in work);
                break;
            case RowGroupKind.OnesFirst:
                Rows<OnesRow, TAccess>(in work);
                break;
            case RowGroupKind.CauchyTwo:
                Cauchy<CauchyRows2<TTwo, TCoefficient>, TTwo, CauchyRows2<TSingle, TCoefficient>, TAccess>(in work);
                break;
            case RowGroupKind.CauchyTwoAndTwo:
                Cauchy<CauchyRows2And2<TEight, TCoefficient>, TEight, CauchyRows2And2<TSingle, TCoefficient>, TAccess>(
                    in work
                );
                break;
            case RowGroupKind.CauchyFour:
                Cauchy<CauchyRows4<TEight, TCoefficient>, TEight, CauchyRows4<TSingle, TCoefficient>, TAccess>(in work);
                break;
            default:
                Cauchy<CauchyRows8<TSingle, TCoefficient>, TSingle, CauchyRows8<TSingle, TCoefficient>, TAccess>(
                    in work
                );
                break;
        }
    }

    private static void Rows<TFirst, TAccess>(in RowWork work)
        where TFirst : struct, IFirstRow
        where TAccess : struct, IMemoryAccess
    {
        switch (work.Group.Rows)
        {
            case 1:
                Products<Rows1<TOne, TCoefficient, TFirst>, TOne, Rows1<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 2:
                Products<Rows2<TTwo, TCoefficient, TFirst>, TTwo, Rows2<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 3:
                Products<Rows3<TFour, TCoefficient, TFirst>, TFour, Rows3<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 4:
                Products<Rows4<TFour, TCoefficient, TFirst>, TFour, Rows4<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 5:
                Products<Rows5<TEight, TCoefficient, TFirst>, TEight, Rows5<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 6:
                Products<Rows6<TEight, TCoefficient, TFirst>, TEight, Rows6<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            case 7:
                Products<Rows7<TEight, TCoefficient, TFirst>, TEight, Rows7<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
            default:
                Products<Rows8<TEight, TCoefficient, TFirst>, TEight, Rows8<TSingle, TCoefficient, TFirst>, TAccess>(
                    in work
                );
                break;
        }
    }

    private static void Products<TRows, TBlock, TTail, TAccess>(in RowWork work)
        where TRows : struct, IRows<TBlock>
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TTail : struct, IRows<TSingle>
        where TAccess : struct, IMemoryAccess
    {
        var at = RowLoop.Run<TRows, TBlock, TCoefficient, TAccess>(in work, 0);
        if (at < work.Length)
        {
            at = RowLoop.Run<TTail, TSingle, TCoefficient, NearAccess>(in work, at);
        }

        if (at < work.Length)
        {
            ProductsAtEdge<TTail>(in work, at);
        }
    }

    private static void Cauchy<TRows, TBlock, TTail, TAccess>(in RowWork work)
        where TRows : struct, ICauchyRows<TBlock>
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TTail : struct, ICauchyRows<TSingle>
        where TAccess : struct, IMemoryAccess
    {
        var at = CauchyLoop.Run<TRows, TBlock, TCoefficient, TAccess>(in work, 0);
        if (at < work.Length)
        {
            at = CauchyLoop.Run<TTail, TSingle, TCoefficient, NearAccess>(in work, at);
        }

        if (at < work.Length)
        {
            CauchyAtEdge<TTail>(in work, at);
        }
    }

    [SkipLocalsInit]
    private static void ProductsAtEdge<TTail>(in RowWork work, nint at)
        where TTail : struct, IRows<TSingle>
    {
        var bytes = stackalloc byte[Edge.Shards * TSingle.Size];
        var addresses = stackalloc byte*[Edge.Shards];
        var edge = new Edge(in work, at, TSingle.Size, bytes, addresses);
        RowLoop.Run<TTail, TSingle, TCoefficient, NearAccess>(in edge.Work, 0);
        edge.Finish(in work);
    }

    [SkipLocalsInit]
    private static void CauchyAtEdge<TTail>(in RowWork work, nint at)
        where TTail : struct, ICauchyRows<TSingle>
    {
        var bytes = stackalloc byte[Edge.Shards * TSingle.Size];
        var addresses = stackalloc byte*[Edge.Shards];
        var edge = new Edge(in work, at, TSingle.Size, bytes, addresses);
        CauchyLoop.Run<TTail, TSingle, TCoefficient, NearAccess>(in edge.Work, 0);
        edge.Finish(in work);
    }
}
