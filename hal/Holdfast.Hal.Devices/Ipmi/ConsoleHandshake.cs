using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// The console's side of opening a session (IPMI 2.0 §13.17 to §13.24), without I/O: three requests, each followed by its response. A step
/// returns what is wrong in words, or null. The suite's id is the message tag, which tells late answers to another suite apart. Both sides prove that they know the password; neither tells it.
/// </summary>
internal sealed class ConsoleHandshake
{
    /// <summary>Power control needs no more (§G, table G-1).</summary>
    public const byte OperatorPrivilege = 3;

    private const int RandomLength = 16;
    private const int KeyLength = 20;
    private const byte NameOnlyLookup = 0x10;
    private const byte UnknownUser = 0x0D;
    private const byte WrongCheckValue = 0x0F;

    private readonly CipherSuite suite;
    private readonly byte[] user;
    private readonly byte[] key = new byte[KeyLength];
    private readonly byte[] consoleRandom = RandomNumberGenerator.GetBytes(RandomLength);
    private readonly byte[] consoleId = RandomNumberGenerator.GetBytes(4);
    private byte[] bmcId = new byte[4];
    private byte[] bmcRandom = [];
    private byte[] guid = [];

    /// <param name="password">At most 20 bytes (§22.30); what is longer cannot be the BMC's.</param>
    public ConsoleHandshake(CipherSuite suite, string user, ReadOnlySpan<byte> password)
    {
        this.suite = suite;
        this.user = Encoding.ASCII.GetBytes(user);
        password[..Math.Min(password.Length, KeyLength)].CopyTo(key);
    }

    /// <summary>The refusal by which a BMC says that it does not know the cipher suite.</summary>
    public bool SuiteRefused { get; private set; }

    /// <summary>The refusal that only the right user and password can mend.</summary>
    public bool CredentialsRefused { get; private set; }

    public uint ConsoleId => BinaryPrimitives.ReadUInt32LittleEndian(consoleId);

    public uint BmcId => BinaryPrimitives.ReadUInt32LittleEndian(bmcId);

    private byte[] RoleAndName => [NameOnlyLookup | OperatorPrivilege, (byte)user.Length, .. user];

    /// <summary>
    /// Whether a response is to this handshake: a late one to an earlier is not. A refusal may name no session (§13.18), and some BMCs send
    /// no more of it than tag and status.
    /// </summary>
    public bool IsMine(ReadOnlySpan<byte> response) =>
        response.Length >= 2
        && response[0] == suite.Id
        && (
            response.Length >= 8 && response.Slice(4, 4).SequenceEqual(consoleId)
            || (response[1] != 0 && (response.Length < 8 || response.Slice(4, 4).IndexOfAnyExcept((byte)0) < 0))
        );

    public byte[] Open() =>
        RmcpPacket.Unsigned(
            RmcpPacket.OpenRequest,
            [
                suite.Id,
                OperatorPrivilege,
                0,
                0,
                .. consoleId,
                .. Algorithm(0, suite.Authentication),
                .. Algorithm(1, suite.Integrity),
                .. Algorithm(2, CipherSuite.AesCbc128),
            ]
        );

    public string? Opened(ReadOnlySpan<byte> response)
    {
        if (!IsMine(response))
        {
            return "its answer makes no sense";
        }

        // Table 13-15: the ways to refuse an algorithm or a suite.
        SuiteRefused = response[1] is 0x04 or 0x05 or 0x06 or 0x07 or 0x10 or 0x11;
        if (response[1] != 0)
        {
            return Status(response[1]);
        }

        if (
            response.Length < 36
            || response[16] != suite.Authentication
            || response[24] != suite.Integrity
            || response[32] != CipherSuite.AesCbc128
        )
        {
            SuiteRefused = true;
            return "it chose another cipher suite than asked";
        }

        bmcId = response.Slice(8, 4).ToArray();
        return null;
    }

    public byte[] Rakp1() =>
        RmcpPacket.Unsigned(
            RmcpPacket.Rakp1,
            [
                suite.Id,
                0,
                0,
                0,
                .. bmcId,
                .. consoleRandom,
                NameOnlyLookup | OperatorPrivilege,
                0,
                0,
                (byte)user.Length,
                .. user,
            ]
        );

    public string? Rakp2(ReadOnlySpan<byte> response)
    {
        if (IsMine(response) && response[1] != 0)
        {
            CredentialsRefused = response[1] is UnknownUser or WrongCheckValue;
            return Status(response[1]);
        }

        if (response.Length < 40 + suite.HashLength || !response.Slice(4, 4).SequenceEqual(consoleId))
        {
            return "its answer makes no sense";
        }

        bmcRandom = response.Slice(8, RandomLength).ToArray();
        guid = response.Slice(24, 16).ToArray();
        var proof = suite.Hash(key, consoleId, bmcId, consoleRandom, bmcRandom, guid, RoleAndName);
        CredentialsRefused = !CryptographicOperations.FixedTimeEquals(proof, response.Slice(40, suite.HashLength));
        return CredentialsRefused ? WrongCredentials : null;
    }

    public byte[] Rakp3() =>
        RmcpPacket.Unsigned(
            RmcpPacket.Rakp3,
            [suite.Id, 0, 0, 0, .. bmcId, .. suite.Hash(key, bmcRandom, consoleId, RoleAndName)]
        );

    /// <summary>The keys of the session, or what is wrong.</summary>
    public string? Rakp4(ReadOnlySpan<byte> response, out SessionCipher? cipher)
    {
        cipher = null;
        if (IsMine(response) && response[1] != 0)
        {
            // Not the credentials' fault: RAKP 2 has proved the password. It has mixed up two copies of RAKP 1.
            return response[1] == WrongCheckValue ? "it lost track of the session" : Status(response[1]);
        }

        if (response.Length < 8 + suite.CheckLength || !response.Slice(4, 4).SequenceEqual(consoleId))
        {
            return "its answer makes no sense";
        }

        var integrity = suite.Hash(key, consoleRandom, bmcRandom, RoleAndName);
        var proof = suite.Hash(integrity, consoleRandom, bmcId, guid).AsSpan(0, suite.CheckLength);
        if (!CryptographicOperations.FixedTimeEquals(proof, response.Slice(8, suite.CheckLength)))
        {
            return "it could not prove that it knows the password";
        }

        cipher = new SessionCipher(suite, integrity);
        return null;
    }

    private const string WrongCredentials = "it refuses the user or the password of the board file";

    private static byte[] Algorithm(byte kind, byte algorithm) => [kind, 0, 0, 8, algorithm, 0, 0, 0];

    private static string Status(byte status) =>
        status switch
        {
            0x01 => "it has no session free",
            0x09 or 0x0A or 0x0B => "its user may not be operator",
            UnknownUser or WrongCheckValue => WrongCredentials,
            _ => $"it refuses the session (status {status:X2}h)",
        };
}
