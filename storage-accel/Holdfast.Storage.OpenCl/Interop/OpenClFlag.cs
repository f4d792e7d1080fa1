namespace Holdfast.Storage.OpenCl.Interop;

/// <summary>The constants of cl.h that are used.</summary>
internal static class OpenClFlag
{
    public const uint PlatformName = 0x0902;

    public const ulong AllDevices = 0xFFFFFFFF;
    public const ulong KindCpu = 1 << 1;
    public const ulong KindGpu = 1 << 2;
    public const ulong KindAccelerator = 1 << 3;

    public const uint DeviceType = 0x1000;
    public const uint DeviceComputeUnits = 0x1002;
    public const uint DeviceGroupSizeMax = 0x1004;
    public const uint DevicePreferredIntegers = 0x1009;
    public const uint DeviceAllocationMax = 0x1010;
    public const uint DeviceMemorySize = 0x101F;
    public const uint DeviceConstantMax = 0x1020;
    public const uint DeviceAvailable = 0x1027;
    public const uint DeviceCompilerAvailable = 0x1028;
    public const uint DeviceName = 0x102B;
    public const uint DriverVersion = 0x102D;
    public const uint DeviceVersion = 0x102F;
    public const uint DeviceSharesHostMemory = 0x1035;

    public const ulong MemoryWriteOnly = 1 << 1;
    public const ulong MemoryReadOnly = 1 << 2;

    public const uint BuildLog = 0x1183;
    public const uint EventStatus = 0x11D3;

    public const uint NonBlocking = 0;
    public const uint Blocking = 1;
}
