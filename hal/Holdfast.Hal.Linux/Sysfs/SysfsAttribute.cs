using System.Globalization;
using System.Text;

namespace Holdfast.Hal.Linux.Sysfs;

/// <summary>What reading a sysfs attribute gave.</summary>
internal enum AttributeState
{
    /// <summary>The file is not there.</summary>
    Absent,

    /// <summary>It is there and cannot be read, or its content makes no sense.</summary>
    Broken,
    Good,
}

/// <summary>
/// Reads and writes the kernel's one-value-a-file attributes (Documentation/filesystems/sysfs.rst). A value is short: more than
/// <see cref="LengthMax"/> bytes is not one. A call waits in the kernel while the chip's bus hangs: drivers make it on a thread of the pool.
/// </summary>
internal static class SysfsAttribute
{
    public const int LengthMax = 64;

    public static AttributeState TryRead(string path, out string text)
    {
        text = "";
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> buffer = stackalloc byte[LengthMax + 1];
            var length = RandomAccess.Read(file, buffer, 0);
            if (length > LengthMax)
            {
                return AttributeState.Broken;
            }

            text = Encoding.ASCII.GetString(buffer[..length]).Trim();
            return text.Length > 0 ? AttributeState.Good : AttributeState.Broken;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return AttributeState.Absent;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Not supported: it is no file that can be read from its beginning, such as a pipe.
            return AttributeState.Broken;
        }
    }

    /// <summary>Reads a decimal integer, the only number format of sysfs.</summary>
    public static AttributeState TryReadNumber(string path, out long number)
    {
        number = 0;
        var state = TryRead(path, out var text);
        return state != AttributeState.Good ? state
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
                ? AttributeState.Good
            : AttributeState.Broken;
    }

    /// <summary>Writes a value in one write, as the kernel wants it.</summary>
    public static OutputOutcome Write(string path, long number)
    {
        try
        {
            // Truncate, not create: the kernel ignores it, a plain folder of files needs it, and neither gets a new file.
            using var file = new FileStream(
                path,
                FileMode.Truncate,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 0
            );
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
            return OutputOutcome.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OutputOutcome.Failure($"{path} cannot be written: {e.Message}");
        }
    }
}
