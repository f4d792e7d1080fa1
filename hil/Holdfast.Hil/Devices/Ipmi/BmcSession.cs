using System.Buffers.Binary;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// One session of a client with a BMC (IPMI 2.0 §13): half-open while the RAKP exchange runs, then with keys that sign and
/// encrypt every packet.
/// </summary>
internal sealed class BmcSession(uint id, uint consoleId, CipherSuite suite, byte privilegeMax) : IDisposable
{
    // §6.12.13: later packets may overtake earlier ones by this much; older and repeated ones are dropped.
    private const int SequenceWindow = 16;

    private SessionCipher? cipher;
    private uint highestSequence;
    private uint seenBelow;
    private uint nextSequence = 1;

    public uint Id => id;

    public uint ConsoleId => consoleId;

    public CipherSuite Suite => suite;

    /// <summary>The highest privilege that was asked for when the session was opened (§13.17).</summary>
    public byte PrivilegeMax => privilegeMax;

    /// <summary>What the client may do now; every session starts as user (§22.18).</summary>
    public byte Privilege { get; set; } = 2;

    public MonotonicTime LastHeard { get; set; }

    /// <summary>What the RAKP exchange needs to remember between its messages; null before RAKP 1 and after RAKP 4.</summary>
    public RakpExchange? Exchange { get; set; }

    public bool IsActive => cipher is not null;

    public SessionCipher Cipher => cipher ?? throw new InvalidOperationException("the session has no keys yet");

    /// <summary>Derives the keys of the session from its session integrity key.</summary>
    public void Activate(byte[] sessionIntegrityKey)
    {
        cipher = new SessionCipher(suite, sessionIntegrityKey);
        Exchange = null;
    }

    /// <summary>Whether a packet with this sequence number is new.</summary>
    public bool Accept(uint sequence)
    {
        if (sequence == 0)
        {
            return false;
        }

        if (sequence > highestSequence)
        {
            var shift = sequence - highestSequence;
            seenBelow = shift >= SequenceWindow ? 0 : (seenBelow << (int)shift) | (1u << ((int)shift - 1));
            highestSequence = sequence;
            return true;
        }

        var age = highestSequence - sequence;
        if (age == 0 || age > SequenceWindow || (seenBelow & (1u << (int)(age - 1))) != 0)
        {
            return false;
        }

        seenBelow |= 1u << (int)(age - 1);
        return true;
    }

    public uint NextSequence() => nextSequence++;

    public void Dispose() => cipher?.Dispose();

    public byte[] IdBytes() => Bytes(id);

    public byte[] ConsoleIdBytes() => Bytes(consoleId);

    private static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}

/// <summary>What a BMC keeps of a RAKP exchange: both random numbers, the role and the name of the user.</summary>
internal sealed record RakpExchange(byte[] ConsoleRandom, byte[] BmcRandom, byte Role, byte[] User);
