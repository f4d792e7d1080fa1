using System.Runtime.Versioning;
using Xunit.MicrosoftTestingPlatform;

[assembly: SupportedOSPlatform("linux")]

namespace Holdfast.Hal.Linux.Tests;

/// <summary>The tests; or, told so, the other process that some of them need.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [OtherProcess.Verb, var work, var folder]
            ? OtherProcess.WorkAsync(work, folder)
            : TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
