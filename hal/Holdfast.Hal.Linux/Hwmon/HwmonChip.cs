using Holdfast.Hal.Linux.Sysfs;

namespace Holdfast.Hal.Linux.Hwmon;

/// <summary>
/// One chip under hwmon, found by its name (Documentation/hwmon/sysfs-interface.rst).
///
/// The kernel numbers the folders (hwmon0, hwmon1, …) in the order in which drivers load; only the <c>name</c> attribute is stable. The
/// chip is looked for again whenever its folder no longer carries the name, so that a reloaded driver heals by itself. Where
/// several chips have one name, <c>name#1</c>, <c>name#2</c>, … are the further ones, in the order of their numbers.
/// </summary>
internal sealed class HwmonChip(string root, string name)
{
    private readonly string driver = name.Split('#')[0];
    private readonly int index = name.Split('#') is [_, var n] && int.TryParse(n, out var i) ? i : 0;
    private string? folder;

    public string Name => name;

    /// <summary>The path of one of its attributes, or null while the chip is not there.</summary>
    public string? Path(string attribute)
    {
        if (folder is null || !Carries(folder))
        {
            folder = Find();
        }

        return folder is null ? null : System.IO.Path.Combine(folder, attribute);
    }

    /// <summary>Reads one of its attributes as a number.</summary>
    public AttributeState TryRead(string attribute, out long number)
    {
        number = 0;
        return Path(attribute) is { } path ? SysfsAttribute.TryReadNumber(path, out number) : AttributeState.Absent;
    }

    private string? Find()
    {
        try
        {
            return Directory
                .EnumerateDirectories(root, "hwmon*")
                .Where(Carries)
                .OrderBy(path => path.Length)
                .ThenBy(path => path, StringComparer.Ordinal)
                .Skip(index)
                .FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool Carries(string path) =>
        SysfsAttribute.TryRead(System.IO.Path.Combine(path, "name"), out var found) == AttributeState.Good
        && found == driver;
}
