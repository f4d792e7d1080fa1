using System.Threading.Channels;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Has the commands of hosts carried out, at most <see cref="OpenMax"/> at a time; as many wait, more are refused.</summary>
internal sealed class CommandQueue(CommandGate gate)
{
    private const int OpenMax = 64;

    /// <summary>Sparkplug proves nobody: its hosts may do what the unsigned may.</summary>
    private static readonly CommandIdentity Host = new("sparkplug");

    private readonly Channel<GatewayCommand> commands = Channel.CreateBounded<GatewayCommand>(OpenMax);

    /// <summary>False: too many wait.</summary>
    public bool TryAdd(GatewayCommand command) => commands.Writer.TryWrite(command);

    /// <param name="report">Gets the device, and in words what became of its command.</param>
    public async Task RunAsync(Action<string, string> report, CancellationToken stop)
    {
        var open = new List<Task>();
        try
        {
            await foreach (var command in commands.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                while (open.Count >= OpenMax)
                {
                    await ClearAsync(open, await Task.WhenAny(open).WaitAsync(stop).ConfigureAwait(false))
                        .ConfigureAwait(false);
                }

                open.Add(ObeyAsync(command, report, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping.
        }

        await Task.WhenAll(open).ConfigureAwait(false);
    }

    /// <summary>One that broke is not forgotten in silence.</summary>
    private static Task ClearAsync(List<Task> open, Task done)
    {
        open.Remove(done);
        return done;
    }

    private async Task ObeyAsync(GatewayCommand command, Action<string, string> report, CancellationToken stop)
    {
        try
        {
            var reply = await gate.ExecuteAsync(command, Host, _ => { }, stop).ConfigureAwait(false);
            report(command.Target, $"{command.Verb} {reply.Stage}: {reply.Text}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The edge node goes, and nobody waits for the result any more.
        }
    }
}
