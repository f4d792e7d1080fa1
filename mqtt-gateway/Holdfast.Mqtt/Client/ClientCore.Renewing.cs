using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Exchanging a good connection for another, as when a certificate was replaced: what flies is waited for, new publishes wait, the
/// old link ends in order and the next one goes on. No publish fails for it; with a session nothing that is sent to us is lost either.
/// </summary>
internal sealed partial class ClientCore<TTag>
{
    private Renewal renewal;

    private enum Renewal
    {
        None,

        /// <summary>Nothing new is sent; what flies is waited for.</summary>
        Draining,

        /// <summary>The goodbye is on its way.</summary>
        Leaving,

        /// <summary>The old link is gone, the next one begins.</summary>
        Arriving,
    }

    /// <summary>Whether between the two connections of a renewal, where whoever asks should not notice.</summary>
    public bool IsRenewing => renewal != Renewal.None;

    /// <summary>The next connection is ready to be used. False: there is no link that is up, and nothing to be renewed.</summary>
    public bool BeginRenewal()
    {
        if (State != LinkState.Up)
        {
            return false;
        }

        renewal = Renewal.Draining;
        return true;
    }

    /// <summary>When nothing flies any more: DISCONNECT, without the will (§3.14.4).</summary>
    private bool TryTakeGoodbye(out Packet packet)
    {
        packet = null!;
        if (
            State != LinkState.Up
            || renewal != Renewal.Draining
            || flow.Count > 0
            || asked.Count > 0
            || reauthenticating
        )
        {
            return false;
        }

        renewal = Renewal.Leaving;
        State = LinkState.Closing;
        Failure = "the connection is made anew";
        packet = new DisconnectPacket(ReasonCode.Success, Properties.None);
        return true;
    }
}
