using System.Globalization;
using System.Text;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// The bdSeq (§6.4.20): one more with each CONNECT, 255 before 0, also across restarts, so that a death that comes late is not taken
/// for that of the present connection. The first is 0.
/// </summary>
public sealed class BirthDeathSequence
{
    private const string FileName = "sparkplug-bdseq";

    private readonly DurableDocument document;
    private int next;

    public BirthDeathSequence(IDurableFolder folder)
    {
        document = new DurableDocument(folder, FileName);
        next =
            document.Read(out _) is { } content
            && byte.TryParse(content, NumberStyles.None, CultureInfo.InvariantCulture, out var used)
                ? (used + 1) % 256
                : 0;
    }

    /// <summary>The number of the connection that begins; it is on disk before it is used.</summary>
    public byte Take()
    {
        var taken = (byte)next;
        next = (next + 1) % 256;
        try
        {
            document.Write(Encoding.ASCII.GetBytes(taken.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // Counted on in memory: the link matters more, and a disk that refuses is an alarm of its own.
        }

        return taken;
    }
}
