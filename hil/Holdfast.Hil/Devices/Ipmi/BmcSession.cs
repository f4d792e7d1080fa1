using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// One session of a client with a BMC (IPMI 2.0 §13): half-open while the RAKP exchange runs, then with keys that sign and
/// encrypt every packet.
/// </summary>
internal sealed class BmcSession(uint id, uint consoleId, CipherSuite suite, byte privilegeMax) : IDisposable
{
    private const int BlockLength = 16;

    // §6.12.13: later packets may overtake earlier ones by this much; older and repeated ones are dropped.
    private const int SequenceWindow = 16;

    private byte[] integrityKey = [];
    private Aes? aes;
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

    public bool IsActive => aes is not null;

    /// <summary>Derives the keys of the session from its session integrity key (§13.32).</summary>
    public void Activate(byte[] sessionIntegrityKey)
    {
        integrityKey = suite.Hash(sessionIntegrityKey, Constant(1));
        aes = Aes.Create();
        aes.Key = suite.Hash(sessionIntegrityKey, Constant(2))[..BlockLength];
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

    /// <summary>The integrity check value over a packet from its authentication type to its next header (§13.28.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> packet) => suite.Hash(integrityKey, packet.ToArray())[..suite.CheckLength];

    public bool Verify(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> check) =>
        CryptographicOperations.FixedTimeEquals(Sign(packet), check);

    /// <summary>Encrypts a payload (§13.29): the vector in front, then the payload padded with 1, 2, 3, … and their number.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> payload)
    {
        var padding = (BlockLength - ((payload.Length + 1) % BlockLength)) % BlockLength;
        var plain = new byte[payload.Length + padding + 1];
        payload.CopyTo(plain);
        for (var i = 0; i < padding; i++)
        {
            plain[payload.Length + i] = (byte)(i + 1);
        }

        plain[^1] = (byte)padding;
        var vector = RandomNumberGenerator.GetBytes(BlockLength);
        return [.. vector, .. Cipher().EncryptCbc(plain, vector, PaddingMode.None)];
    }

    /// <summary>Decrypts a payload; null: it is not one.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 * BlockLength || payload.Length % BlockLength != 0)
        {
            return null;
        }

        var plain = Cipher().DecryptCbc(payload[BlockLength..], payload[..BlockLength], PaddingMode.None);
        var end = plain.Length - 1 - plain[^1];
        return end >= 0 && plain[^1] < BlockLength ? plain[..end] : null;
    }

    public void Dispose() => aes?.Dispose();

    public byte[] IdBytes() => Bytes(id);

    public byte[] ConsoleIdBytes() => Bytes(consoleId);

    private static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }

    private static byte[] Constant(byte value) => [.. Enumerable.Repeat(value, 20)];

    private Aes Cipher() => aes ?? throw new InvalidOperationException("the session has no keys yet");
}

/// <summary>What a BMC keeps of a RAKP exchange: both random numbers, the role and the name of the user.</summary>
internal sealed record RakpExchange(byte[] ConsoleRandom, byte[] BmcRandom, byte Role, byte[] User);
