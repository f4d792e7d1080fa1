using System.Buffers.Binary;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// The commands that the BMC of a simulated node knows: session and identity, chassis power, sensors and their records. Every answer
/// starts with a completion code (IPMI 2.0 table 5-2).
/// </summary>
internal sealed class BmcCommands(INodeHardware node, byte[] guid, BmcSessions sessions)
{
    /// <summary>The longest answer in bytes: a record's header and 64 bytes of it.</summary>
    public const int AnswerMax = 72;

    private const byte Chassis = 0x00;
    private const byte Sensor = 0x04;
    private const byte App = 0x06;
    private const byte Storage = 0x0A;

    private const byte User = 2;
    private const byte Operator = 3;

    private readonly SensorRepository repository = new(node);
    private uint? closed;

    /// <summary>The completion code and what follows it; null: such a question gets no answer.</summary>
    /// <param name="session">The session in which it was asked; null: outside of any, where only the way in is explained.</param>
    public byte[]? Answer(byte function, byte command, ReadOnlySpan<byte> data, BmcSession? session)
    {
        if (session is null)
        {
            return (function, command) switch
            {
                (App, 0x38) => AuthenticationCapabilities(data),
                (App, 0x54) => CipherSuites(data),
                (App, 0x37) => [Completion.Ok, .. guid],
                _ => [Completion.NeedsPrivilege],
            };
        }

        return (function, command) switch
        {
            (App, 0x01) => DeviceId(),
            (App, 0x37) or (App, 0x08) => [Completion.Ok, .. guid],
            (App, 0x38) => AuthenticationCapabilities(data),
            (App, 0x54) => CipherSuites(data),
            (App, 0x3B) => SetPrivilege(data, session),
            (App, 0x3C) => Close(data),
            (Chassis, 0x01) => [Completion.Ok, node.Powered ? (byte)0x01 : (byte)0x00, 0x00, 0x00],
            (Chassis, 0x02) => session.Privilege < Operator ? [Completion.NeedsPrivilege] : Control(data),
            (Sensor, 0x27) => repository.Thresholds(data),
            (Sensor, 0x2D) => repository.Reading(data),
            (Storage, 0x20) => repository.Info(),
            (Storage, 0x22) => repository.Reserve(),
            (Storage, 0x23) => repository.Record(data),
            _ => [Completion.UnknownCommand],
        };
    }

    /// <summary>The session that the last command closed; its answer still goes out under its keys.</summary>
    public uint? TakeClosed()
    {
        var id = closed;
        closed = null;
        return id;
    }

    /// <summary>§20.1. Repository device, chassis device; IPMI 2.0; manufacturer unspecified.</summary>
    private static byte[] DeviceId() =>
        [Completion.Ok, 0x20, 0x01, 0x01, 0x00, 0x02, 0x83, 0x00, 0x00, 0x00, 0x01, 0x00];

    /// <summary>§22.13. Only IPMI 2.0 sessions of users with a name.</summary>
    private static byte[] AuthenticationCapabilities(ReadOnlySpan<byte> data)
    {
        const byte Extended = 0x80;
        const byte NamedUsersOnly = 0x04;
        const byte Version2 = 0x02;
        return data.Length switch
        {
            2 when (data[0] & Extended) != 0 => [Completion.Ok, 1, Extended, NamedUsersOnly, Version2, 0, 0, 0, 0],
            2 => [Completion.Ok, 1, 0, NamedUsersOnly, 0, 0, 0, 0, 0],
            _ => [Completion.WrongLength],
        };
    }

    /// <summary>§22.15: the records of both suites, 16 bytes an answer.</summary>
    private static byte[] CipherSuites(ReadOnlySpan<byte> data)
    {
        if (data.Length != 3)
        {
            return [Completion.WrongLength];
        }

        byte[] records = [.. Suite(CipherSuite.Three), .. Suite(CipherSuite.Seventeen)];
        var offset = Math.Min((data[2] & 0x3F) * 16, records.Length);
        return [Completion.Ok, 1, .. records.AsSpan(offset, Math.Min(16, records.Length - offset))];
    }

    private static byte[] Suite(CipherSuite suite) =>
        [0xC0, suite.Id, suite.Authentication, (byte)(0x40 | suite.Integrity), 0x80 | CipherSuite.AesCbc128];

    /// <summary>§22.18.</summary>
    private static byte[] SetPrivilege(ReadOnlySpan<byte> data, BmcSession session)
    {
        if (data.Length != 1)
        {
            return [Completion.WrongLength];
        }

        var level = (byte)(data[0] & 0x0F);
        if (level > session.PrivilegeMax)
        {
            return [Completion.PrivilegeTooHigh];
        }

        if (level is not 0 and < User)
        {
            return [Completion.InvalidField];
        }

        session.Privilege = level == 0 ? session.Privilege : level;
        return [Completion.Ok, session.Privilege];
    }

    /// <summary>§22.19.</summary>
    private byte[] Close(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
        {
            return [Completion.WrongLength];
        }

        var id = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (!sessions.Contains(id))
        {
            return [Completion.NoSuchSession];
        }

        closed = id;
        return [Completion.Ok];
    }

    /// <summary>§28.3. What cannot be done in the present state is refused with D5h.</summary>
    private byte[] Control(ReadOnlySpan<byte> data)
    {
        if (data.Length != 1)
        {
            return [Completion.WrongLength];
        }

        switch (data[0] & 0x0F)
        {
            case 0:
                node.PowerOff();
                return [Completion.Ok];
            case 1:
                node.PowerOn();
                return [Completion.Ok];
            case 2:
                return [node.Cycle() ? Completion.Ok : Completion.NotInThisState];
            case 3:
                return [node.Reset() ? Completion.Ok : Completion.NotInThisState];
            case 5:
                node.SoftOff();
                return [Completion.Ok];
            default:
                return [Completion.InvalidField];
        }
    }
}

/// <summary>Completion codes, IPMI 2.0 table 5-2 and the commands' own.</summary>
internal static class Completion
{
    public const byte Ok = 0x00;

    /// <summary>Set Session Privilege Level: more than the session was opened for.</summary>
    public const byte PrivilegeTooHigh = 0x81;

    /// <summary>Close Session.</summary>
    public const byte NoSuchSession = 0x87;
    public const byte UnknownCommand = 0xC1;
    public const byte ReservationLost = 0xC5;
    public const byte WrongLength = 0xC7;
    public const byte CannotReturnSoMuch = 0xCA;
    public const byte NoSuchSensorOrRecord = 0xCB;
    public const byte InvalidField = 0xCC;
    public const byte NeedsPrivilege = 0xD4;
    public const byte NotInThisState = 0xD5;
}
