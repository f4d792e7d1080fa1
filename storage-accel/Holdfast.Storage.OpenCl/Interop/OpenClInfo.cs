using System.Text;

namespace Holdfast.Storage.OpenCl.Interop;

/// <summary>Reads the properties of a platform or a device.</summary>
internal readonly unsafe struct OpenClInfo
{
    /// <summary>Names and versions are far shorter.</summary>
    private const int TextMax = 4096;

    private readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> read;
    private readonly string function;
    private readonly nint id;

    private OpenClInfo(delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> read, string function, nint id)
    {
        this.read = read;
        (this.function, this.id) = (function, id);
    }

    public static OpenClInfo OfPlatform(OpenClApi api, nint id) => new(api.GetPlatformInfo, "clGetPlatformInfo", id);

    public static OpenClInfo OfDevice(OpenClApi api, nint id) => new(api.GetDeviceInfo, "clGetDeviceInfo", id);

    /// <exception cref="OpenClException">The driver does not answer.</exception>
    public T Number<T>(uint property)
        where T : unmanaged
    {
        T value = default;
        OpenClException.Check(read(id, property, (nuint)sizeof(T), &value, null), function);
        return value;
    }

    /// <exception cref="OpenClException">The driver does not answer, or with a text that is too long.</exception>
    public string Text(uint property)
    {
        var text = stackalloc byte[TextMax];
        nuint size = 0;
        OpenClException.Check(read(id, property, TextMax, text, &size), function);
        return Encoding.UTF8.GetString(text, (int)Math.Min(size, TextMax)).TrimEnd('\0').Trim();
    }
}
