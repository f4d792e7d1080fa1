using System.Net.Sockets;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Access;

/// <summary>Strangers that guess passwords wait for each other; nobody else waits for them, and they hold no thread of the process.</summary>
public sealed class PasswordQueueTests
{
    private const int Guessers = 100;

    [Fact]
    public async Task Others_are_served_while_passwords_are_looked_at()
    {
        var policy = new SlowCheck(Guessers);
        await using var broker = await TestBroker.StartAsync(TestBroker.AnyPort with { Policy = policy });
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Guessers; i++)
            {
                sockets.Add(await GuessAsync(broker.EndPoint.Port, i));
            }

            await policy.AllCame.WaitAsync(Patience.Long, TestContext.Current.CancellationToken);
            await using var other = await TestClient.ConnectAsync(TestClient.Options(broker.EndPoint.Port, "other"));
            var outcome = await other.PublishAsync("t", "x", MqttQos.AtLeastOnce);
            Assert.Equal(Holdfast.Mqtt.Client.PublishResult.Delivered, outcome.Result);
        }
        finally
        {
            policy.Answer();
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> GuessAsync(int port, int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var buffer = new PooledBuffer();
        var connect = new ConnectPacket(MqttVersion.V5, $"guesser-{number}", true, 60)
        {
            UserName = "anna",
            Password = "guess"u8.ToArray(),
        };
        PacketEncoder.Write(buffer, connect, MqttVersion.V5);
        await socket.SendAsync(buffer.Written, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Looks at a password until it is told to answer.</summary>
    private sealed class SlowCheck(int expected) : IBrokerPolicy, IPasswordCheck
    {
        private readonly TaskCompletionSource<bool> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource allCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int came;

        public Task AllCame => allCame.Task;

        public void Answer() => answer.TrySetResult(false);

        public Task<bool> IsRightAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref came) == expected)
            {
                allCame.SetResult();
            }

            return answer.Task.WaitAsync(cancellationToken);
        }

        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
            client.UserName is null ? ConnectVerdict.Accept : ConnectVerdict.BadUserNameOrPassword;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => true;
    }
}
