using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// One BMC over IPMI 2.0 (RMCP+ on UDP). Opens a session when it is needed, with cipher suite 17 or else 3, never 0; one question at a
/// time, repeated a few times; a BMC that lost the session gets a new one. After a refused user or password it waits a while before
/// it tries again, so that nobody is locked out.
/// </summary>
public sealed class IpmiBmc(IPEndPoint endpoint, string user, ReadOnlyMemory<byte> password, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(30);

    private const byte App = 0x06;
    private const byte SetPrivilege = 0x3B;
    private const byte CloseSession = 0x3C;

    private static readonly CipherSuite[] Suites = [CipherSuite.Seventeen, CipherSuite.Three];

    private readonly SemaphoreSlim turn = new(1);
    private DatagramExchange? network;
    private ConsoleSession? session;
    private bool ready;
    private CipherSuite? known;
    private string refusal = "";
    private MonotonicTime refusedAt = MonotonicTime.Never;

    internal TimeProvider Clock => clock;

    /// <summary>Asks one question.</summary>
    internal async Task<IpmiAnswer> AskAsync(
        byte function,
        byte command,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken
    )
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var fresh = session is null;
            var answer = await AskInSessionAsync(function, command, data, cancellationToken).ConfigureAwait(false);
            if (answer.Problem.Length > 0 && !fresh && refusal.Length == 0)
            {
                // The BMC may have restarted and forgotten us.
                answer = await AskInSessionAsync(function, command, data, cancellationToken).ConfigureAwait(false);
            }

            return answer;
        }
        catch (OperationCanceledException) when (!ready)
        {
            // A session that is half open, or has not its privilege yet, is of no use to the next question.
            Drop();
            throw;
        }
        catch (SocketException e)
        {
            Drop();
            return IpmiAnswer.Failed($"the BMC at {endpoint} cannot be reached ({e.SocketErrorCode})");
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        Drop();
        turn.Release();
    }

    private async Task<IpmiAnswer> AskInSessionAsync(
        byte function,
        byte command,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken
    )
    {
        if (session is null && await OpenAsync(cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return IpmiAnswer.Failed(problem);
        }

        return await AskOpenAsync(session!, function, command, data, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IpmiAnswer> AskOpenAsync(
        ConsoleSession open,
        byte function,
        byte command,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken
    )
    {
        open.Begin();
        var response = await network!
            .AskAsync(
                () => open.Request(function, command, data.Span),
                datagram => open.Read(datagram, function, command),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (response is null)
        {
            Drop();
            return IpmiAnswer.Failed($"the BMC at {endpoint} does not answer");
        }

        return new IpmiAnswer(response[0], response[1..], "");
    }

    /// <summary>Opens a session; returns what is wrong, or null.</summary>
    private async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        if (refusal.Length > 0 && clock.Now - refusedAt < PauseAfterRefusal)
        {
            return refusal;
        }

        refusal = "";
        network = new DatagramExchange(endpoint, clock);
        await network.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var problem = "";
        foreach (var suite in known is null ? Suites : [known])
        {
            var handshake = new ConsoleHandshake(suite, user, password.Span);
            (session, problem) = await HandshakeExchange
                .OpenAsync(network, handshake, suite, cancellationToken)
                .ConfigureAwait(false);
            if (session is not null)
            {
                known = suite;
                var denied = await RaisePrivilegeAsync(cancellationToken).ConfigureAwait(false);
                ready = denied is null;
                return denied;
            }

            if (handshake.CredentialsRefused)
            {
                refusal = $"the BMC at {endpoint}: {problem}";
                refusedAt = clock.Now;
            }

            if (!handshake.SuiteRefused)
            {
                break;
            }
        }

        known = null;
        Drop();
        return $"the BMC at {endpoint}: {problem}";
    }

    /// <summary>Every session starts as user (§22.18); switching needs operator.</summary>
    private async Task<string?> RaisePrivilegeAsync(CancellationToken cancellationToken)
    {
        var answer = await AskOpenAsync(
                session!,
                App,
                SetPrivilege,
                new[] { ConsoleHandshake.OperatorPrivilege },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (answer.Ok)
        {
            return null;
        }

        Drop();
        return answer.Problem.Length > 0 ? answer.Problem : $"the BMC at {endpoint}: its user may not be operator";
    }

    /// <summary>Lets the session go, and tells the BMC, if it hears: it has few, and keeps a silent one for a minute (§6.12.15).</summary>
    private void Drop()
    {
        if (session is { } open)
        {
            var id = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(id, open.BmcId);
            open.Begin();
            network!.Tell(open.Request(App, CloseSession, id));
            open.Dispose();
        }

        ready = false;
        session = null;
        network?.Dispose();
        network = null;
    }
}
