using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker.Access;

/// <summary>Something wrong in a password file.</summary>
/// <param name="Line">From 1.</param>
public readonly record struct PasswordFileProblem(int Line, string What, string Remedy);

/// <summary>The users and what is kept of their passwords: a line each, <c>name:record</c>. Empty lines and those that begin with "#" are passed over.</summary>
public sealed class PasswordFile
{
    /// <summary>Bounds what is kept in memory: ten times a large site.</summary>
    public const int UsersMax = 100_000;

    private const string Rule = "A name is 1 to 256 characters without ':' and control characters";
    private const int NameLengthMax = 256;

    private readonly Dictionary<string, PasswordRecord> users;

    private PasswordFile(Dictionary<string, PasswordRecord> users) => this.users = users;

    public static PasswordFile Empty { get; } = new([]);

    public IReadOnlyCollection<string> Users => users.Keys;

    /// <summary>Null with at least one problem where a line cannot be used: half a file is none.</summary>
    public static PasswordFile? Parse(string text, ICollection<PasswordFileProblem> problems)
    {
        var users = new Dictionary<string, PasswordRecord>(StringComparer.Ordinal);
        var before = problems.Count;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length > 0 && line[0] != '#' && Problem(line, users) is var (what, remedy))
            {
                problems.Add(new PasswordFileProblem(number, what, remedy));
            }
        }

        return problems.Count == before ? new PasswordFile(users) : null;
    }

    /// <summary>Whether a name can stand in the file.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && name[0] != '#'
        && !name.Any(c => c == ':' || char.IsControl(c))
        && Utf8Rules.IsValid(name);

    /// <summary>A user's line, for the file.</summary>
    public static string LineOf(string user, ReadOnlySpan<byte> password) =>
        $"{user}:{PasswordRecord.Of(password).ToLine()}";

    /// <summary>The text with the user's line put in or in place of the one before; without it where <paramref name="line"/> is null.</summary>
    public static string With(string text, string user, string? line)
    {
        var lines = text.Split('\n').ToList();
        var at = lines.FindIndex(l => l.StartsWith(user + ":", StringComparison.Ordinal));
        if (at >= 0)
        {
            lines.RemoveAt(at);
        }
        else
        {
            at = lines is [.., ""] ? lines.Count - 1 : lines.Count;
        }

        if (line is not null)
        {
            lines.Insert(at, line);
        }

        return string.Join('\n', lines).TrimEnd('\n') + "\n";
    }

    internal PasswordRecord? Find(string user) => users.GetValueOrDefault(user);

    /// <summary>Of the kind that most files have throughout.</summary>
    internal PasswordRecord? Any() => users.Values.FirstOrDefault();

    private static (string What, string Remedy)? Problem(string line, Dictionary<string, PasswordRecord> users)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return ("this is no user: there is no ':'", "Write users with 'holdfast mqtt passwd FILE USER'");
        }

        var (name, rest) = (line[..colon], line[(colon + 1)..]);
        if (!IsName(name))
        {
            return ("this is no user name", Rule);
        }

        if (PasswordRecord.Parse(rest) is not { } record)
        {
            return (
                $"what follows the name {name} is no password record",
                $"Set it again with 'holdfast mqtt passwd FILE {name}'; a password in the clear does not belong here"
            );
        }

        if (users.Count >= UsersMax)
        {
            return ($"there are more than {UsersMax} users", "Remove some");
        }

        return users.TryAdd(name, record) ? null : ($"the user {name} stands twice", "Remove one of the lines");
    }
}
