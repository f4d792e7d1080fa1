using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Make before break: the next connection, with the new certificate, is made up to the end of its TLS handshake while the old one
/// still carries everything. Where that fails the old one stays, and it is tried again.
/// </summary>
public sealed partial class MqttClient
{
    private readonly Doorbell renewalWanted = new();
    private string? certificateInUse;
    private MonotonicTime certificateLooked;
    private Stream? prepared;

    /// <summary>
    /// Asks for another connection in place of the one that is there, as after a change that only a new handshake sees. No publish
    /// fails for it; what comes to us in between is kept by the broker where there is a session. Where another cannot be made, the old
    /// one stays.
    /// </summary>
    public void Renew() => renewalWanted.Ring();

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await renewalWanted.WaitAsync(stop.Token).ConfigureAwait(false);
                if (core.IsUp && prepared is null)
                {
                    await PrepareAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task PrepareAsync()
    {
        var (stream, _) = await DialAsync().ConfigureAwait(false);
        if (stream is null)
        {
            return;
        }

        lock (gate)
        {
            if (core.BeginRenewal())
            {
                prepared = stream;
                stream = null;
            }
        }

        output.Ring();
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<(Stream? Stream, string Problem)> DialAsync()
    {
        var certificate = options.ClientCertificate?.Invoke();
        var made = await Dial.ConnectAsync(options, round.Current, certificate, clock, stop.Token)
            .ConfigureAwait(false);
        certificateInUse = made.Stream is null ? certificateInUse : certificate?.Thumbprint;
        return made;
    }

    /// <summary>Whether there is another certificate than at the last good handshake.</summary>
    private void LookAtCertificate(MonotonicTime now)
    {
        if (options.ClientCertificate is not { } source || now - certificateLooked < options.CertificatePeriod)
        {
            return;
        }

        certificateLooked = now;
        if (source()?.Thumbprint != certificateInUse)
        {
            renewalWanted.Ring();
        }
    }

    private Stream? TakePrepared() => Interlocked.Exchange(ref prepared, null);

    private async ValueTask DisposePreparedAsync()
    {
        if (TakePrepared() is { } stream)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
