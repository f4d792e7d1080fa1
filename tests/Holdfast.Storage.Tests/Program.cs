using Holdfast.Storage.Tests;
using Xunit.MicrosoftTestingPlatform;

// The tier is chosen once in a process: a test that wants another one runs this in a child.
if (args is [KernelProcess.UseAll])
{
    KernelProcess.PrintUses();
    return 0;
}

return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
