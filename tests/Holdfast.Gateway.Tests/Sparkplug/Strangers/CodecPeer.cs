namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>One sparkplug-payload for all tests of a class; started by the first, which says so where it is not there.</summary>
public sealed class CodecPeer : IAsyncDisposable
{
    private NodePeer? peer;

    public ValueTask DisposeAsync() => peer?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal async Task<NodePeer> StartedAsync() => peer ??= await NodePeer.StartAsync("codec");
}
