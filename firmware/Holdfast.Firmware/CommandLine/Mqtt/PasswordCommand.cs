using System.CommandLine;
using System.Text;
using Holdfast.Firmware.Boards;
using Holdfast.Mqtt.Broker.Access;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary><c>holdfast mqtt passwd</c>: writes the file of users. The password comes from the terminal or standard input, never from the command line.</summary>
internal static class PasswordCommand
{
    private const int FileLengthMax = 16 * 1024 * 1024;
    private const int PasswordLengthMax = 1_024;

    private static readonly Argument<string> FileName = new("FILE") { Description = "The file of users" };
    private static readonly Argument<string> User = new("USER") { Description = "The user's name" };
    private static readonly Option<bool> Delete = new("--delete") { Description = "Remove the user" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("passwd", "Set a user's password in a broker's password file")
        {
            FileName,
            User,
            Delete,
        };
        command.SetAction(parsed => Run(parsed, terminal, ReadPassword));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal, Func<Terminal, string?> ask)
    {
        var (path, user) = (Path.GetFullPath(parsed.GetValue(FileName)!), parsed.GetValue(User)!);
        if (!PasswordFile.IsName(user))
        {
            return terminal.Fail(
                "a user's name is 1 to 256 characters without ':' and control characters",
                ExitCode.Usage
            );
        }

        try
        {
            var text = "";
            if (File.Exists(path))
            {
                var (bytes, problem) = BoundedFile.Read(path, FileLengthMax);
                if (bytes is null)
                {
                    return terminal.Fail($"{path} cannot be read ({problem})", ExitCode.NotDone);
                }

                text = Encoding.UTF8.GetString(bytes);
            }

            var problems = new List<PasswordFileProblem>();
            if (PasswordFile.Parse(text, problems) is not { } file)
            {
                var first = problems[0];
                return terminal.Fail($"{path}:{first.Line}: {first.What}. {first.Remedy}", ExitCode.Usage);
            }

            if (parsed.GetValue(Delete))
            {
                return file.Users.Contains(user)
                    ? Write(path, PasswordFile.With(text, user, null), terminal, $"{user} is removed")
                    : terminal.Fail($"there is no user {user} in {path}", ExitCode.NotDone);
            }

            return ask(terminal) is { Length: > 0 and <= PasswordLengthMax } password
                ? Write(
                    path,
                    PasswordFile.With(text, user, PasswordFile.LineOf(user, Encoding.UTF8.GetBytes(password))),
                    terminal,
                    $"{user} is set"
                )
                : terminal.Fail(
                    $"the password must have 1 to {PasswordLengthMax} characters, the same both times",
                    ExitCode.Usage
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail($"{path} cannot be written ({e.Message})", ExitCode.NotDone);
        }
    }

    /// <summary>All at once, readable by its owner only.</summary>
    private static int Write(string path, string text, Terminal terminal, string done)
    {
        var temporary = path + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        terminal.Output.WriteLine($"{done} in {path}.");
        return ExitCode.Ok;
    }

    /// <summary>Null where the two times differ.</summary>
    private static string? ReadPassword(Terminal terminal)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine();
        }

        terminal.Error.Write("Password: ");
        var first = ReadHidden();
        terminal.Error.Write("\nAgain: ");
        var second = ReadHidden();
        terminal.Error.WriteLine();
        return first == second ? first : null;
    }

    private static string ReadHidden()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        return text.ToString();
    }
}
