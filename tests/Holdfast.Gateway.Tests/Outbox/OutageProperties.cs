using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Outbox;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>Random outages of the broker, the disk and the process: every event on disk reaches the consumer, in order.</summary>
public sealed class OutageProperties
{
    [Fact]
    public void Nothing_is_lost_nothing_overtakes_and_nothing_comes_after_its_cursor() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var wrong = new Life((ulong)seed).Run();
                    return (wrong.Length == 0).Label(wrong);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private sealed class Life
    {
        private readonly SeededRandom random;
        private readonly MemoryFolder folder = new();
        private readonly List<RackEvent> onTheWay = [];
        private EventStore store;
        private EventSender sender;
        private long happened;
        private long taken;
        private string wrong = "";

        public Life(ulong seed)
        {
            random = new SeededRandom(seed);
            (store, sender) = Boot();
        }

        public string Run()
        {
            for (var step = 0; step < 150 && wrong.Length == 0; step++)
            {
                switch (random.Next(12))
                {
                    case < 4:
                        Happen(1 + random.Next(30));
                        break;
                    case < 9:
                        Exchange();
                        break;
                    case 9:
                        Lose();
                        sender.Disconnect();
                        break;
                    case 10:
                        folder.Capacity = random.Chance(0.5) ? 0 : long.MaxValue;
                        break;
                    default:
                        Lose();
                        folder.LosePower(random);
                        (store, sender) = Boot();
                        break;
                }
            }

            folder.Capacity = long.MaxValue;
            Happen(1);
            Lose();
            sender.Disconnect();
            while (wrong.Length == 0 && sender.Waiting > 0)
            {
                Exchange();
            }

            return wrong.Length > 0 ? wrong
                : taken == store.LastSequence ? ""
                : $"{taken} of {store.LastSequence}";
        }

        private (EventStore, EventSender) Boot()
        {
            var opened = new EventStore(folder, EventStoreTests.Small);
            happened = opened.LastSequence;
            return (opened, new EventSender(opened));
        }

        private void Happen(int count)
        {
            store.Append(Events.Of(happened + 1, happened + count));
            happened += count;
            try
            {
                store.Commit();
            }
            catch (IOException)
            {
                // The store keeps them.
            }
        }

        /// <summary>The broker takes what is on the way, acknowledges some of it out of order, and more is sent.</summary>
        private void Exchange()
        {
            foreach (var one in onTheWay)
            {
                Take(one);
            }

            foreach (var one in onTheWay.OrderBy(_ => random.NextUInt64()))
            {
                sender.Acknowledge(one.Sequence);
            }

            onTheWay.Clear();
            onTheWay.AddRange(sender.Next());
            if (onTheWay.Count > 0 && onTheWay[0].Sequence <= sender.Delivered)
            {
                wrong = $"{onTheWay[0].Sequence} is sent again after the cursor {sender.Delivered}";
            }
        }

        /// <summary>The connection breaks: a part arrives without being acknowledged.</summary>
        private void Lose()
        {
            foreach (var one in onTheWay.Take(random.Next(onTheWay.Count + 1)))
            {
                Take(one);
            }

            onTheWay.Clear();
        }

        private void Take(RackEvent one)
        {
            if (one.Sequence > taken + 1)
            {
                wrong = $"{one.Sequence} came after {taken}";
            }

            if (one != Events.Of(one.Sequence))
            {
                wrong = $"{one.Sequence} is not what happened";
            }

            taken = Math.Max(taken, one.Sequence);
        }
    }
}
