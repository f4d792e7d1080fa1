using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Gateway.Commands.Journal;

/// <summary>
/// Lines on a disk, each with a checksum before it; added to, and written anew when the caller wants to be rid of what is no longer needed. A line
/// that was torn by a power cut was never acknowledged, and is cut; one that is damaged among others is reported.
/// </summary>
internal sealed class JournalFile(IDurableFolder folder, string name)
{
    /// <summary>What is longer was not written here.</summary>
    private const int LengthMax = 8 * 1024 * 1024;

    private const int ChecksumLength = 8;

    public long Length { get; private set; }

    /// <summary>All lines, or null where there is no file.</summary>
    /// <param name="damaged">Lines are missing, or may be.</param>
    /// <exception cref="IOException">It cannot be read or mended.</exception>
    public IReadOnlyList<string>? Read(out bool damaged)
    {
        damaged = false;
        if (!folder.Exists(name))
        {
            return null;
        }

        var bytes = new byte[(int)Math.Min(folder.Length(name), LengthMax)];
        damaged = folder.Length(name) > LengthMax;
        var length = folder.Read(name, 0, bytes);
        // Behind the last line break lies what was never acknowledged.
        var whole = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        if (whole < folder.Length(name))
        {
            folder.Truncate(name, whole);
        }

        Length = whole;
        var lines = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n')[..^1])
        {
            if (line.Length > ChecksumLength && line[..ChecksumLength] == Checksum(line[ChecksumLength..]))
            {
                lines.Add(line[ChecksumLength..]);
            }
            else
            {
                damaged = true;
            }
        }

        return lines;
    }

    /// <summary>Returns once the line is on disk.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Append(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(Framed(line));
        var there = folder.Length(name);
        if (there > Length)
        {
            // An append that failed half-way.
            folder.Truncate(name, Length);
        }

        folder.Append(name, bytes);
        folder.Flush(name);
        Length += bytes.Length;
    }

    /// <summary>Puts these lines in the place of all.</summary>
    /// <exception cref="IOException">They are not; what was there still is.</exception>
    public void Replace(IEnumerable<string> lines)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(Framed)));
        folder.Replace(name, bytes);
        Length = bytes.Length;
    }

    private static string Framed(string line) => $"{Checksum(line)}{line}\n";

    private static string Checksum(string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..ChecksumLength];
}
