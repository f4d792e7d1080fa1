using System.Text;

namespace Holdfast.Hil.Devices;

/// <summary>
/// A folder that looks like <c>/sys/class</c>. A file is replaced as a whole by renaming a new one over it, so that a reader sees
/// the old value or the new one, never half of it; files whose content did not change are left alone.
/// </summary>
/// <remarks>
/// A file belongs to one writer: what the firmware writes (pwm, GPIO outputs) is created here once and then only read, for a
/// rename would lose a write that comes at the same moment.
/// </remarks>
internal sealed class SysClassTree
{
    // Attributes of sysfs are one short value; whatever is longer is not one.
    private const int AttributeBytesMax = 64;
    private const string Mark = ".holdfast-container";
    private static readonly string[] Classes = ["hwmon", "gpio", "power_supply"];

    private readonly string root;
    private readonly Dictionary<string, string> written = [];

    /// <exception cref="IOException">The folder cannot be written, or holds classes that no simulated container made.</exception>
    public SysClassTree(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
        var mark = Path.Combine(root, Mark);
        foreach (var old in Classes.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
        {
            if (!File.Exists(mark))
            {
                throw new IOException(
                    $"'{old}' is there already and was not made by a simulated container: give it another folder"
                );
            }

            Directory.Delete(old, recursive: true);
        }

        File.WriteAllText(mark, "The simulated container owns hwmon, gpio and power_supply in this folder.\n");
    }

    /// <summary>Shows one value, with the line feed that sysfs adds.</summary>
    /// <param name="path">Relative, as in <c>hwmon/hwmon0/temp1_input</c>.</param>
    public void Show(string path, string value) => Put(path, value + "\n");

    /// <summary>Shows a file that can be opened but gives nothing, as a driver does whose chip does not answer.</summary>
    public void ShowNothing(string path) => Put(path, "");

    public void Remove(string path)
    {
        if (written.Remove(path))
        {
            File.Delete(Path.Combine(root, path));
        }
    }

    /// <summary>What is in the file now, trimmed; null where it is missing, empty or too long to be an attribute.</summary>
    public string? Look(string path)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(root, path),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
            Span<byte> bytes = stackalloc byte[AttributeBytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var text = length > AttributeBytesMax ? "" : Encoding.UTF8.GetString(bytes[..length]).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Put(string path, string content)
    {
        if (written.TryGetValue(path, out var present) && present == content)
        {
            return;
        }

        var full = Path.Combine(root, path);
        var folder = Path.GetDirectoryName(full)!;
        if (present is null)
        {
            Directory.CreateDirectory(folder);
        }

        var next = Path.Combine(folder, "." + Path.GetFileName(full) + ".next");
        File.WriteAllText(next, content);
        File.Move(next, full, overwrite: true);
        written[path] = content;
    }
}
