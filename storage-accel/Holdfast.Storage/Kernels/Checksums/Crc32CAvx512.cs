using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// CRC-32C on the multiplication unit and the crc32 instruction at once. A message is cut into blocks; the front half of each is folded while the
/// rest goes through eight chains of the instruction. The folded registers then jump over the chains' bytes, so that they are reduced only once,
/// and what the chains leave is added to the bytes behind them.
/// </summary>
internal sealed unsafe class Crc32CAvx512 : CrcKernel
{
    private const int FoldedPerStep = 512;

    /// <summary>On each chain: half of the bytes are folded.</summary>
    private const int WordsPerStep = FoldedPerStep / (Crc32CChains.Count * sizeof(ulong));

    private const int BytesPerStep = 2 * FoldedPerStep;

    /// <summary>Short enough that a block and the one prefetched behind it stay in the first cache.</summary>
    private const int StepsPerBlock = 8;

    private const int BytesPerBlock = StepsPerBlock * BytesPerStep;

    /// <summary>Words more on each chain of the last block, for the time that reducing the folded registers takes.</summary>
    private const int WordsWhileReducing = 8;

    private const int BytesWhileReducing = WordsWhileReducing * Crc32CChains.Count * sizeof(ulong);

    private const int BlocksMin = FoldedPerStep + BytesPerStep + BytesWhileReducing;

    /// <summary>Up to here the instruction by itself is faster than folding.</summary>
    private const int ShortMax = 64;

    private readonly CrcAvx512<ReflectedOrder> folding;
    private readonly bool bothUnits;
    private readonly WideFoldConstants wide;
    private readonly Crc32CChains.Constants chainsOfBlock;
    private readonly Vector512<ulong> jumpOverChains;
    private readonly LastBlock[] lastBlocks;

    /// <param name="bothUnits">Or only the multiplication unit.</param>
    public Crc32CAvx512(CrcParameters parameters, bool bothUnits)
    {
        var ring = parameters.Ring;
        this.bothUnits = bothUnits;
        folding = new CrcAvx512<ReflectedOrder>(parameters);
        wide = new WideFoldConstants(ring);
        chainsOfBlock = new Crc32CChains.Constants(ring, StepsPerBlock * WordsPerStep);
        jumpOverChains = WideFoldConstants.Repeat(FoldConstants.ByBytes(ring, FoldedPerStep + chainsOfBlock.Bytes));
        lastBlocks =
        [
            .. Enumerable
                .Range(0, StepsPerBlock + 1)
                .Select(steps => new Crc32CChains.Constants(ring, (steps * WordsPerStep) + WordsWhileReducing))
                .Select(chains => new LastBlock(chains, FoldConstants.ByBytes(ring, chains.Bytes))),
        ];
    }

    /// <summary>
    /// Whether this is a processor that starts two crc32 a cycle but a 512-bit multiplication only every other, as Zen 5 does. Where it is the
    /// other way round (Intel's), folding alone is faster.
    /// </summary>
    public static bool BothUnitsPay
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return false;
            }

            const int VendorAuth = 0x6874_7541; // "Auth" of "AuthenticAMD"
            const int Zen5 = 0x1A;
            var signature = X86Base.CpuId(1, 0).Eax;
            var family = ((signature >> 8) & 0xF) + ((signature >> 20) & 0xFF);
            return X86Base.CpuId(0, 0).Ebx == VendorAuth && family >= Zen5;
        }
    }

    public override ulong Append(ulong register, byte* data, nint length) =>
        length < ShortMax ? Crc32CInstruction.AppendShort(register, data, length)
        : bothUnits && length >= BlocksMin ? AppendBlocks(register, data, length)
        : folding.Append(register, data, length);

    private ulong AppendBlocks(ulong register, byte* data, nint length)
    {
        var front = Folded512<ReflectedOrder>.Load(data).Add(register);
        var back = Folded512<ReflectedOrder>.Load(data + 256);
        data += FoldedPerStep;
        length -= FoldedPerStep;
        register = 0;
        var next = wide.By512;
        for (; length >= BytesPerBlock + BytesPerStep + BytesWhileReducing; length -= BytesPerBlock)
        {
            var chained = data + (StepsPerBlock * FoldedPerStep);

            // Where no block lies behind this one, it asks for what it reads anyway.
            var ahead = length >= 2 * BytesPerBlock ? data + BytesPerBlock : data;
            var chains = default(Crc32CChains);
            for (var step = 0; step < StepsPerBlock; step++, data += FoldedPerStep)
            {
                Folded512<ReflectedOrder>.Prefetch(ahead);
                front = front.Fold(next, Folded512<ReflectedOrder>.Load(data).Add(register));
                Folded512<ReflectedOrder>.Prefetch(ahead + 256);
                back = back.Fold(next, Folded512<ReflectedOrder>.Load(data + 256));
                Folded512<ReflectedOrder>.Prefetch(ahead + 512);
                chains = chains.Append(chained, chainsOfBlock.Stretch, WordsPerStep);
                Folded512<ReflectedOrder>.Prefetch(ahead + 768);
                ahead += BytesPerStep;
                chained += WordsPerStep * sizeof(ulong);
                next = wide.By512;
                register = 0;
            }

            register = chains.Join(chainsOfBlock);
            next = jumpOverChains;
            data += chainsOfBlock.Bytes;
        }

        return AppendLastBlock(front, back, next, register, data, length);
    }

    /// <param name="next">What the folded registers are moved with first: they may still have chains to jump over.</param>
    /// <param name="register">What those chains left.</param>
    /// <param name="length">Enough for a step, if there was a block before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong AppendLastBlock(
        Folded512<ReflectedOrder> front,
        Folded512<ReflectedOrder> back,
        Vector512<ulong> next,
        ulong register,
        byte* data,
        nint length
    )
    {
        var steps = (int)(length - BytesWhileReducing) / BytesPerStep;
        var block = lastBlocks[steps];
        var rest = length & 63;
        var toFold = length - rest - block.Chains.Bytes;
        var chained = data + toFold;
        var chains = default(Crc32CChains);
        for (; toFold >= FoldedPerStep; toFold -= FoldedPerStep, data += FoldedPerStep)
        {
            front = front.Fold(next, Folded512<ReflectedOrder>.Load(data).Add(register));
            back = back.Fold(next, Folded512<ReflectedOrder>.Load(data + 256));
            next = wide.By512;
            register = 0;
            if (--steps >= 0)
            {
                chains = chains.Append(chained, block.Chains.Stretch, WordsPerStep);
                chained += WordsPerStep * sizeof(ulong);
            }
        }

        var folded = front.Fold(wide.By256, back);
        if (toFold >= 256)
        {
            folded = folded.Fold(wide.By256, Folded512<ReflectedOrder>.Load(data));
            data += 256;
            toFold -= 256;
        }

        var last = folded.Finish(wide, ref data, ref toFold);
        chains = chains.Append(chained, block.Chains.Stretch, WordsWhileReducing);
        register =
            Crc32CInstruction.Reduce(CarryLess.Fold(last, block.Jump, Vector128<ulong>.Zero))
            ^ chains.Join(block.Chains);
        return Crc32CInstruction.AppendShort(register, data + block.Chains.Bytes, rest);
    }

    private readonly record struct LastBlock(Crc32CChains.Constants Chains, Vector128<ulong> Jump);
}
