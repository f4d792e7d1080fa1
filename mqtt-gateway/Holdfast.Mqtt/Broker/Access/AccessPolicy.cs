using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Mqtt.Broker.Authentication;

namespace Holdfast.Mqtt.Broker.Access;

/// <summary>
/// Users, access lists and quotas of a file. What no rule allows is denied. A password is compared in constant time, one after the other so that guessing
/// takes one core at most, and an unknown user costs as much as a known one.
/// </summary>
/// <param name="setup">What the file says.</param>
/// <param name="allowsAnonymous">Whether one may connect without a name.</param>
public sealed class AccessPolicy(AccessSetup setup, bool allowsAnonymous)
    : IBrokerPolicy,
        IPasswordCheck,
        IScramCredentials
{
    /// <summary>Right passwords that were checked already; the rest is checked again.</summary>
    private const int KnownMax = 1_024;

    /// <summary>Whoever waits for it holds no thread meanwhile, and whose password is known does not wait.</summary>
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);
    private readonly PasswordRecord dummy = PasswordRecord.Dummy(setup.Passwords.Any());
    private readonly byte[] knownKey = RandomNumberGenerator.GetBytes(32);
    private readonly HashSet<string> known = [];
    private readonly ConditionalWeakTable<BrokerClient, ClientAccess> clients = [];

    /// <summary>What it goes by.</summary>
    public AccessSetup Setup => setup;

    public bool FiltersReading => true;

    public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
        client.UserName is null && allowsAnonymous ? ConnectVerdict.Accept
        : client.UserName is null ? ConnectVerdict.NotAuthorized
        : ConnectVerdict.BadUserNameOrPassword;

    public ConnectVerdict MayConnectAuthenticated(BrokerClient client) => ConnectVerdict.Accept;

    /// <summary>A user who is no more in the file goes; one whose password changed was let in by the old one and stays.</summary>
    public bool MayStay(BrokerClient client, bool isCertified) =>
        isCertified || (client.UserName is { } user ? setup.Passwords.Find(user) is not null : allowsAnonymous);

    public bool MayPublish(BrokerClient client, string topic) => Of(client).MayWrite(topic);

    public bool MaySubscribe(BrokerClient client, string filter) => Of(client).MaySubscribe(filter);

    public bool MayRead(BrokerClient client, string topic) => Of(client).MayRead(topic);

    public BrokerQuota QuotaFor(BrokerClient client) => Of(client).Quota;

    public async Task<bool> IsRightAsync(
        string user,
        ReadOnlyMemory<byte> password,
        CancellationToken cancellationToken
    )
    {
        var memo = Memo(user, password.Span);
        if (IsKnown(memo))
        {
            return true;
        }

        await OneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var record = setup.Passwords.Find(user);
            var fits = (record ?? dummy).Fits(password.Span) && record is not null;
            if (fits)
            {
                Know(memo);
            }

            return fits;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    public ScramCredential? Find(string user) => setup.Passwords.Find(user)?.Scram;

    private ClientAccess Of(BrokerClient client) => clients.GetValue(client, c => new ClientAccess(setup, c));

    private bool IsKnown(string memo)
    {
        lock (known)
        {
            return known.Contains(memo);
        }
    }

    private void Know(string memo)
    {
        lock (known)
        {
            if (known.Count < KnownMax)
            {
                known.Add(memo);
            }
        }
    }

    private string Memo(string user, ReadOnlySpan<byte> password)
    {
        var name = Encoding.UTF8.GetBytes(user);
        var text = new byte[sizeof(int) + name.Length + password.Length];
        BitConverter.TryWriteBytes(text, name.Length);
        name.CopyTo(text, sizeof(int));
        password.CopyTo(text.AsSpan(sizeof(int) + name.Length));
        var memo = Convert.ToHexString(HMACSHA256.HashData(knownKey, text));
        CryptographicOperations.ZeroMemory(text);
        return memo;
    }
}

/// <summary>A policy that keeps users' passwords. Asked outside of the broker's lock: it may take its time.</summary>
public interface IPasswordCheck
{
    Task<bool> IsRightAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken);
}
