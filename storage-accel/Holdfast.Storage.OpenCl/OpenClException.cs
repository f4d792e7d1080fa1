using Holdfast.Storage.OpenCl.Interop;

namespace Holdfast.Storage.OpenCl;

/// <summary>A function of OpenCL failed. What was asked for is not done; the shards that were to be read are as they were, so the processor can do it.</summary>
public sealed class OpenClException : Exception
{
    /// <param name="function">"clFinish".</param>
    /// <param name="code">What it returned.</param>
    /// <param name="detail">What else is known, such as the compiler's messages.</param>
    public OpenClException(string function, int code, string? detail = null)
        : base($"{function} failed with {OpenClCode.NameOf(code)} ({code}){(detail is null ? "." : $": {detail}")}") =>
        (Function, Code) = (function, code);

    /// <summary>"clFinish".</summary>
    public string Function { get; }

    /// <summary>What it returned, negative.</summary>
    public int Code { get; }

    /// <summary>"CL_OUT_OF_RESOURCES".</summary>
    public string CodeName => OpenClCode.NameOf(Code);

    /// <summary>Whether it is useless to try again with the same coder.</summary>
    public bool IsDeviceLost => OpenClCode.MeansDeviceLost(Code);

    internal static void Check(int code, string function)
    {
        if (code != OpenClCode.Success)
        {
            throw new OpenClException(function, code);
        }
    }
}
