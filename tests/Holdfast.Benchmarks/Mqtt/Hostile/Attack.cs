using Holdfast.Mqtt.Tests.Hostile;

namespace Holdfast.Benchmarks.Mqtt.Hostile;

/// <summary>A way to make a broker's life hard.</summary>
/// <param name="Connections">How many it opens at most.</param>
/// <param name="Step">What each of them does, over and over; the number counts its steps.</param>
internal sealed record Attack(string Name, int Connections, Action<Attacker, int, SeededRandom> Step)
{
    private const int Clients = 32;

    public static IReadOnlyList<Attack> All(int halfOpen)
    {
        var corpus = new Corpus();
        return
        [
            new("mutated packets", Clients, (attacker, i, random) => Mutated(corpus, attacker, i, random)),
            new("half-open connections", halfOpen, HalfOpen),
            new("readers that do not read", Clients, LazyReader),
            new("giant topics", Clients, GiantTopics),
            new("packet identifiers and aliases", Clients, Identifiers),
            new("retained messages", Clients, Retained),
            new("subscriptions", Clients, Subscriptions),
            new("take-overs", Clients, TakeOver),
        ];
    }

    private static void Mutated(Corpus corpus, Attacker attacker, int step, SeededRandom random)
    {
        if (!attacker.IsOpen && attacker.Open() && random.Chance(0.8))
        {
            attacker.Send(LoadPackets.Connect($"fuzz-{step % 50}", 10));
        }

        attacker.Send(new Mutator(random).Mutate(corpus.Any(random), corpus.Any(random)));
        attacker.Drain();
        if (random.Chance(0.01))
        {
            attacker.Close();
        }
    }

    /// <summary>The first bytes of a CONNECT, and no more.</summary>
    private static void HalfOpen(Attacker attacker, int step, SeededRandom random)
    {
        if (!attacker.IsOpen && attacker.Open())
        {
            attacker.Send([0x10, 0xFF, 0x01, 0x00]);
        }

        attacker.Drain();
    }

    private static void LazyReader(Attacker attacker, int step, SeededRandom random)
    {
        if (!attacker.IsOpen && attacker.Connect($"lazy-{random.Next(Clients)}"))
        {
            attacker.Send(LoadPackets.Subscribe("flood/#", random.Next(2)));
        }

        attacker.Send(LoadPackets.Publish("flood/x", 0, 2_000));
    }

    private static void GiantTopics(Attacker attacker, int step, SeededRandom random)
    {
        attacker.Connect($"giant-{random.Next(Clients)}");
        var topic = random.Chance(0.5) ? new string('x', 60_000) : string.Concat(Enumerable.Repeat("/", 30_000));
        attacker.Send(random.Chance(0.5) ? LoadPackets.Publish(topic, 1, 10) : LoadPackets.Subscribe(topic, 0));
        attacker.Drain();
    }

    /// <summary>QoS 2 identifiers that are never released, and topic aliases, good ones and others.</summary>
    private static void Identifiers(Attacker attacker, int step, SeededRandom random)
    {
        attacker.Connect($"ids-{random.Next(Clients)}");
        byte[] id = [(byte)(step >> 8), (byte)(step | 1)];
        attacker.Send(
            random.Chance(0.5)
                ? LoadPackets.Packet(0x34, [0, 1, (byte)'q', .. id, 0, 1, 2, 3])
                : LoadPackets.Packet(0x30, [0, 1, (byte)'a', 3, 0x23, .. id, 1, 2, 3])
        );
        attacker.Drain();
    }

    private static void Retained(Attacker attacker, int step, SeededRandom random)
    {
        attacker.Connect($"retained-{random.Next(Clients)}");
        var publish = LoadPackets.Publish($"retained/{step}/{random.Next(100_000)}", 1, 1_000);
        publish[0] |= 1;
        publish[^1002] = 1;
        attacker.Send(publish);
        attacker.Drain();
    }

    private static void Subscriptions(Attacker attacker, int step, SeededRandom random)
    {
        attacker.Connect($"filters-{random.Next(Clients)}");
        attacker.Send(LoadPackets.Subscribe($"+/{step}/{random.Next(1_000_000)}/#", 1));
        attacker.Drain();
    }

    private static void TakeOver(Attacker attacker, int step, SeededRandom random)
    {
        attacker.Close();
        attacker.Connect("everybody");
    }
}
