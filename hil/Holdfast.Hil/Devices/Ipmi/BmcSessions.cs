using System.Security.Cryptography;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>The sessions of one BMC; few, as on hardware. A session that is silent for too long is closed.</summary>
internal sealed class BmcSessions : IDisposable
{
    public const int SessionsMax = 8;

    // §6.12.15: 60 s ± 3 s without a packet; the exchange that opens one must not take as long.
    public static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan HalfOpenMax = TimeSpan.FromSeconds(20);

    private readonly Dictionary<uint, BmcSession> byId = [];

    /// <summary>Null: all places are taken by active sessions. A half-open one gives way, the oldest first.</summary>
    public BmcSession? TryAdd(uint consoleId, CipherSuite suite, byte privilegeMax, MonotonicTime now)
    {
        foreach (var old in byId.Values.Where(s => IsOver(s, now)).ToArray())
        {
            Remove(old);
        }

        if (byId.Count >= SessionsMax)
        {
            if (byId.Values.Where(s => !s.IsActive).MinBy(s => s.LastHeard) is not { } oldest)
            {
                return null;
            }

            Remove(oldest);
        }

        var session = new BmcSession(NewId(), consoleId, suite, privilegeMax) { LastHeard = now };
        byId.Add(session.Id, session);
        return session;
    }

    /// <summary>The session, which was heard of now; null: there is none, or its time is over.</summary>
    public BmcSession? Find(uint id, MonotonicTime now)
    {
        if (!byId.TryGetValue(id, out var session))
        {
            return null;
        }

        if (IsOver(session, now))
        {
            Remove(session);
            return null;
        }

        session.LastHeard = now;
        return session;
    }

    public bool Contains(uint id) => byId.ContainsKey(id);

    public void Remove(BmcSession session)
    {
        byId.Remove(session.Id);
        session.Dispose();
    }

    public bool TryRemove(uint id)
    {
        if (!byId.TryGetValue(id, out var session))
        {
            return false;
        }

        Remove(session);
        return true;
    }

    public void Dispose()
    {
        foreach (var session in byId.Values)
        {
            session.Dispose();
        }

        byId.Clear();
    }

    private static bool IsOver(BmcSession session, MonotonicTime now) =>
        now - session.LastHeard > (session.IsActive ? IdleMax : HalfOpenMax);

    private uint NewId()
    {
        uint id;
        do
        {
            id = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        } while (id == 0 || byId.ContainsKey(id));

        return id;
    }
}
