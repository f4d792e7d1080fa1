namespace Holdfast.Mqtt.Tests.Hostile;

/// <summary>Turns bytes that mean something into bytes that nearly do, from a seed.</summary>
internal sealed class Mutator(SeededRandom random)
{
    /// <summary>Where lengths, counts and types turn over.</summary>
    private static readonly byte[] Edges = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];

    private const int StepsMax = 4;
    private const int InsertedMax = 40;

    /// <param name="other">Another packet, to be mixed in.</param>
    public byte[] Mutate(byte[] packet, byte[] other)
    {
        var bytes = new List<byte>(packet);
        for (var steps = 1 + random.Next(StepsMax); steps > 0 && bytes.Count > 0; steps--)
        {
            Step(bytes, other);
        }

        return [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Edges[random.Next(Edges.Length)];
                break;
            case 2:
                // The remaining length, which a random place rarely hits.
                bytes[Math.Min(1, bytes.Count - 1)] = (byte)random.Next(256);
                break;
            case 3:
                bytes[0] = (byte)random.Next(256);
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.RemoveRange(at, Math.Min(1 + random.Next(4), bytes.Count - at));
                break;
            case 6:
                var noise = new byte[1 + random.Next(InsertedMax)];
                random.Fill(noise);
                bytes.InsertRange(at, noise);
                break;
            case 7:
                bytes.InsertRange(at, bytes.Skip(at).Take(1 + random.Next(InsertedMax)).ToList());
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.Skip(Math.Min(at, other.Length)));
                break;
        }
    }
}
