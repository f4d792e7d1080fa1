using System.Collections.Concurrent;
using System.Threading.Channels;
using Holdfast.Gateway.Commands;

namespace Holdfast.Gateway.Tests;

/// <summary>A rack that notes each command and answers when the test tells it to, or at once with <see cref="Always"/>.</summary>
internal sealed class FakeRack : IGatewayRack
{
    private readonly Channel<GatewayCommand> commands = Channel.CreateUnbounded<GatewayCommand>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<GatewayReply>> replies = new(
        StringComparer.Ordinal
    );

    private readonly ConcurrentDictionary<string, Action<GatewayReply>> steps = new(StringComparer.Ordinal);

    public GatewayReply? Always { get; init; }

    public int Count => replies.Count;

    public Task<GatewayReply> ExecuteAsync(
        GatewayCommand command,
        Action<GatewayReply> progress,
        CancellationToken cancellationToken
    )
    {
        var reply = new TaskCompletionSource<GatewayReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!replies.TryAdd(command.Id, reply))
        {
            throw new InvalidOperationException($"{command.Id} is carried out twice");
        }

        steps[command.Id] = progress;
        commands.Writer.TryWrite(command);
        if (Always is not null)
        {
            reply.SetResult(Always);
        }

        return reply.Task.WaitAsync(cancellationToken);
    }

    /// <summary>It has come to a state.</summary>
    public void Progress(GatewayCommand command, string state) =>
        steps[command.Id](new GatewayReply(202, state, state, $"{command.Target} is {state}"));

    public void Answer(GatewayCommand command, GatewayReply reply) => replies[command.Id].SetResult(reply);

    public async Task<GatewayCommand> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await commands.Reader.ReadAsync(patience.Token);
    }
}
