using Holdfast.Storage.OpenCl;
using Holdfast.Storage.OpenCl.Tests;
using Xunit.MicrosoftTestingPlatform;

// Drivers are looked up once in a process: a test that wants other drivers runs this in a child.
if (args is [ChildProcess.FindDevices])
{
    var search = OpenClDevices.Find();
    Console.WriteLine(search.Availability);
    Console.WriteLine(search.Finding);
    return 0;
}

return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
