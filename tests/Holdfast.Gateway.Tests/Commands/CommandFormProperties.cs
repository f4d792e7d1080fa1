using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Commands;

/// <summary>Whatever bytes come: a command within its limits, or words; never an exception.</summary>
public sealed class CommandFormProperties
{
    private static readonly string[] Seeds =
    [
        """{"deadline_s":300}""",
        """{"mode":"fixed","duty_pct":42.5,"deadline_s":5}""",
        """{"mode":"auto"}""",
        "",
    ];

    [Fact]
    public void Random_bytes_are_read_or_refused() =>
        Prop.ForAll<byte[], string>((payload, topic) => Holds(new MqttMessage(topic ?? "", payload)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Mutated_requests_are_read_or_refused() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var random = new SeededRandom((ulong)seed);
                    var verb = random.Chance(0.5) ? "fan-mode" : "on";
                    var payload = Mutate(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
                    return Holds(new MqttMessage($"rack/r1/n1/command/{verb}", payload));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static bool Holds(MqttMessage request)
    {
        var (read, wrong) = RequestReader.Read(request);
        if (read is null)
        {
            return wrong!.Text.Length > 0;
        }

        var (command, problem) = CommandForm.Read(read, "id");
        return command is null
            ? problem.Length > 0
            : problem.Length == 0
                && command.Deadline > TimeSpan.Zero
                && command.Deadline <= TimeSpan.FromHours(1)
                && command.DutyPercent is >= 0 and <= 100
                && command.Mode is "" or "auto" or "full" or "fixed";
    }

    private static byte[] Mutate(byte[] payload, SeededRandom random)
    {
        List<byte> bytes = [.. payload];
        for (var changes = random.Next(4); changes >= 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(3))
            {
                case 0:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
