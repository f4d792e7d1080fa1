using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// How a session comes to be (IPMI 2.0 §13.17 to §13.24): Open Session, then the RAKP exchange in which both sides prove that they
/// know the user's password without telling it.
/// </summary>
internal sealed class BmcHandshake(string user, string password, byte[] guid, BmcSessions sessions)
{
    private const int UserLengthMax = 16;
    private const int KeyLength = 20;
    private const int RandomLength = 16;
    private const byte Administrator = 4;

    // RMCP+ and RAKP status codes, table 13-15.
    private const byte Success = 0x00;
    private const byte NoResources = 0x01;
    private const byte InvalidSession = 0x02;
    private const byte InvalidRole = 0x09;
    private const byte UnknownUser = 0x0D;
    private const byte WrongCheckValue = 0x0F;
    private const byte NoSuchSuite = 0x11;

    private readonly byte[] userName = Encoding.ASCII.GetBytes(user);
    private readonly byte[] key = Key(password);

    /// <summary>RMCP+ Open Session Request to Response; null: not understood, no answer.</summary>
    public byte[]? Open(ReadOnlySpan<byte> request, MonotonicTime now)
    {
        if (request.Length < 32)
        {
            return null;
        }

        var consoleId = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        var suite = Suite(request);
        if (suite is null)
        {
            return [request[0], NoSuchSuite, 0, 0, .. request.Slice(4, 4)];
        }

        // 0 asks for the highest privilege that the suite allows.
        var privilege = (byte)(request[1] & 0x0F);
        var session = sessions.TryAdd(
            consoleId,
            suite,
            privilege is 0 or > Administrator ? Administrator : privilege,
            now
        );
        return session is null
            ? [request[0], NoResources, 0, 0, .. request.Slice(4, 4)]
            :
            [
                request[0],
                Success,
                session.PrivilegeMax,
                0,
                .. session.ConsoleIdBytes(),
                .. session.IdBytes(),
                .. Algorithm(0, suite.Authentication),
                .. Algorithm(1, suite.Integrity),
                .. Algorithm(2, CipherSuite.AesCbc128),
            ];
    }

    /// <summary>RAKP message 1 to 2.</summary>
    public byte[]? Rakp1(ReadOnlySpan<byte> request, MonotonicTime now)
    {
        if (request.Length < 28 || request[27] > UserLengthMax || request.Length < 28 + request[27])
        {
            return null;
        }

        if (
            sessions.Find(BinaryPrimitives.ReadUInt32LittleEndian(request[4..]), now) is not { IsActive: false } session
        )
        {
            return [request[0], InvalidSession, 0, 0, 0, 0, 0, 0];
        }

        var name = request.Slice(28, request[27]).ToArray();
        var role = request[24];
        if (!CryptographicOperations.FixedTimeEquals(name, userName))
        {
            return [request[0], UnknownUser, 0, 0, .. session.ConsoleIdBytes()];
        }

        if ((role & 0x0F) > session.PrivilegeMax)
        {
            return [request[0], InvalidRole, 0, 0, .. session.ConsoleIdBytes()];
        }

        var exchange = new RakpExchange(
            request.Slice(8, RandomLength).ToArray(),
            RandomNumberGenerator.GetBytes(RandomLength),
            role,
            name
        );
        session.Exchange = exchange;
        var proof = session.Suite.Hash(
            key,
            session.ConsoleIdBytes(),
            session.IdBytes(),
            exchange.ConsoleRandom,
            exchange.BmcRandom,
            guid,
            RoleAndName(exchange)
        );
        return [request[0], Success, 0, 0, .. session.ConsoleIdBytes(), .. exchange.BmcRandom, .. guid, .. proof];
    }

    /// <summary>RAKP message 3 to 4. A console that gives up (status not zero) or proves nothing loses its session.</summary>
    public byte[]? Rakp3(ReadOnlySpan<byte> request, MonotonicTime now)
    {
        if (request.Length < 8)
        {
            return null;
        }

        var session = sessions.Find(BinaryPrimitives.ReadUInt32LittleEndian(request[4..]), now);
        if (session is not { IsActive: false, Exchange: { } exchange })
        {
            return [request[0], InvalidSession, 0, 0, 0, 0, 0, 0];
        }

        if (request[1] != Success)
        {
            sessions.Remove(session);
            return null;
        }

        var proof = session.Suite.Hash(key, exchange.BmcRandom, session.ConsoleIdBytes(), RoleAndName(exchange));
        if (!CryptographicOperations.FixedTimeEquals(proof, request[8..]))
        {
            sessions.Remove(session);
            return [request[0], WrongCheckValue, 0, 0, .. session.ConsoleIdBytes()];
        }

        // §13.31: without a separate BMC key the user's key takes its place.
        var integrity = session.Suite.Hash(key, exchange.ConsoleRandom, exchange.BmcRandom, RoleAndName(exchange));
        var check = session.Suite.Hash(integrity, exchange.ConsoleRandom, session.IdBytes(), guid);
        session.Activate(integrity);
        return [request[0], Success, 0, 0, .. session.ConsoleIdBytes(), .. check[..session.Suite.CheckLength]];
    }

    private static CipherSuite? Suite(ReadOnlySpan<byte> request) =>
        request[8] == 0 && request[16] == 1 && request[24] == 2
            ? CipherSuite.Find((byte)(request[12] & 0x3F), (byte)(request[20] & 0x3F), (byte)(request[28] & 0x3F))
            : null;

    private static byte[] Algorithm(byte kind, byte algorithm) => [kind, 0, 0, 8, algorithm, 0, 0, 0];

    private static byte[] RoleAndName(RakpExchange exchange) =>
        [exchange.Role, (byte)exchange.User.Length, .. exchange.User];

    private static byte[] Key(string password)
    {
        var key = new byte[KeyLength];
        Encoding.ASCII.GetBytes(password, key);
        return key;
    }
}
