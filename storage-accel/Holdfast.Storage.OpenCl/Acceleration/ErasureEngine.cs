namespace Holdfast.Storage.OpenCl;

/// <summary>Who does the work.</summary>
public enum ErasureEngine
{
    /// <summary>The processor's kernels, on all cores where that pays.</summary>
    Cpu,

    /// <summary>The device.</summary>
    OpenCl,
}
