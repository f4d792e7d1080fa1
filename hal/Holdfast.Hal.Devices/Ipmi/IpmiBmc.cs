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
    /// <summary>A BMC answers within milliseconds, a busy one within a second.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(30);

    private const int Tries = 3;
    private const int DatagramMax = 1024;
    private const byte App = 0x06;

    private static readonly CipherSuite[] Suites = [CipherSuite.Seventeen, CipherSuite.Three];

    private readonly SemaphoreSlim turn = new(1);
    private Socket? socket;
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
        var response = await ExchangeAsync(
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
        socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        string? problem = null;
        foreach (var suite in known is null ? Suites : [known])
        {
            var handshake = new ConsoleHandshake(suite, user, password.Span);
            problem = await ShakeHandsAsync(handshake, suite, cancellationToken).ConfigureAwait(false);
            if (problem is null)
            {
                known = suite;
                problem = await RaisePrivilegeAsync(cancellationToken).ConfigureAwait(false);
                ready = problem is null;
                return problem;
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

    private async Task<string?> ShakeHandsAsync(
        ConsoleHandshake handshake,
        CipherSuite suite,
        CancellationToken cancellationToken
    )
    {
        const string Silent = "it does not answer";
        if (
            await StepAsync(handshake, handshake.Open, RmcpPacket.OpenResponse, cancellationToken).ConfigureAwait(false)
            is not { } opened
        )
        {
            return Silent;
        }

        if (handshake.Opened(opened) is { } refused)
        {
            return refused;
        }

        if (
            await StepAsync(handshake, handshake.Rakp1, RmcpPacket.Rakp2, cancellationToken).ConfigureAwait(false)
            is not { } second
        )
        {
            return Silent;
        }

        if (handshake.Rakp2(second) is { } unproven)
        {
            return unproven;
        }

        if (
            await StepAsync(handshake, handshake.Rakp3, RmcpPacket.Rakp4, cancellationToken).ConfigureAwait(false)
            is not { } fourth
        )
        {
            return Silent;
        }

        var problem = handshake.Rakp4(fourth, out var cipher);
        session = cipher is null ? null : new ConsoleSession(suite, cipher, handshake.ConsoleId, handshake.BmcId);
        return problem;
    }

    /// <summary>Every session starts as user (§22.18); switching needs operator.</summary>
    private async Task<string?> RaisePrivilegeAsync(CancellationToken cancellationToken)
    {
        var answer = await AskOpenAsync(
                session!,
                App,
                0x3B,
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

    private Task<byte[]?> StepAsync(
        ConsoleHandshake handshake,
        Func<byte[]> request,
        byte responseType,
        CancellationToken cancellationToken
    ) =>
        ExchangeAsync(
            request,
            datagram =>
                RmcpPacket.TryRead(datagram, out var frame)
                && frame.Type == responseType
                && frame.Session == 0
                && handshake.IsMine(frame.Payload)
                    ? frame.Payload.ToArray()
                    : null,
            cancellationToken
        );

    /// <summary>Sends and waits, a few times; datagrams that do not fit are passed over.</summary>
    private async Task<byte[]?> ExchangeAsync(
        Func<byte[]> request,
        DatagramReader read,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[DatagramMax];
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            using var limit = new CancellationTokenSource(AnswerWithin, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await socket!.SendAsync(request(), cancellationToken).ConfigureAwait(false);
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);
                    if (read(buffer.AsSpan(0, length)) is { } response)
                    {
                        return response;
                    }
                }
            }
            catch (OperationCanceledException)
                when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Asked again, or given up.
            }
        }

        return null;
    }

    /// <summary>Lets the session go, and tells the BMC, if it hears: it has few, and keeps a silent one for a minute (§6.12.15).</summary>
    private void Drop()
    {
        if (session is { } open)
        {
            Farewell(open);
        }

        ready = false;
        session?.Dispose();
        session = null;
        socket?.Dispose();
        socket = null;
    }

    private void Farewell(ConsoleSession open)
    {
        var id = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(id, open.BmcId);
        open.Begin();
        try
        {
            socket!.Send(open.Request(App, 0x3C, id));
        }
        catch (SocketException)
        {
            // A BMC that is gone needs no farewell.
        }
    }

    private delegate byte[]? DatagramReader(ReadOnlySpan<byte> datagram);
}

/// <summary>A BMC's answer.</summary>
/// <param name="Completion">IPMI 2.0 table 5-2; 0 is success.</param>
/// <param name="Problem">In words why there is no answer; empty: there is one.</param>
internal readonly record struct IpmiAnswer(byte Completion, byte[] Data, string Problem)
{
    public bool Ok => Problem.Length == 0 && Completion == 0;

    public static IpmiAnswer Failed(string problem) => new(0xFF, [], problem);

    /// <summary>What to tell a technician where it is not ok.</summary>
    public string Words => Problem.Length > 0 ? Problem : $"the BMC refuses with completion code {Completion:X2}h";
}
