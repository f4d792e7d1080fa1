using System.Text;

namespace Holdfast.Firmware.Boards;

/// <summary>The files that a board names: they lie beside the board file that names them, which may be an inherited one.</summary>
internal sealed class BesideFiles(List<BoardProblem> problems)
{
    private const int PasswordFileLengthMax = 256;

    private readonly Dictionary<string, byte[]> passwords = new(StringComparer.Ordinal);

    /// <summary>The full path of a file that must be there; null where none is named.</summary>
    public string? Existing(JsonNode? named)
    {
        if (named is null)
        {
            return null;
        }

        var path = PathOf(named);
        if (!File.Exists(path))
        {
            problems.Add(named.Problem($"the file {named.Text} is not there", $"Put it at {Shown(path)}"));
        }

        return path;
    }

    /// <summary>The password in the file that an object names. A file is told to be bad once, however many name it.</summary>
    /// <param name="lengthMax">In bytes, by the protocol that uses it.</param>
    public byte[] Password(JsonNode owner, int lengthMax)
    {
        var named = owner["password_file"]!;
        var path = PathOf(named);
        if (passwords.TryGetValue(path, out var known))
        {
            return known;
        }

        var (bytes, unreadable) = BoundedFile.Read(path, PasswordFileLengthMax);
        var password = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes ?? []).TrimEnd('\r', '\n'));
        if (bytes is null)
        {
            problems.Add(
                named.Problem(
                    $"the password file {Shown(named.Text)} cannot be read ({Shown(unreadable)})",
                    "Put it beside the board file, readable by this user only"
                )
            );
        }
        else if (password.Length is 0 || password.Length > lengthMax || password.Contains((byte)'\n'))
        {
            problems.Add(
                named.Problem(
                    $"the password file {named.Text} does not hold one password of 1 to {lengthMax} bytes",
                    "Write the password alone into its first line"
                )
            );
        }

        return passwords[path] = password;
    }

    private static string PathOf(JsonNode named) => Path.Combine(Path.GetDirectoryName(named.File)!, named.Text);

    private static string Shown(string text) => text.Replace('\0', '?');
}
