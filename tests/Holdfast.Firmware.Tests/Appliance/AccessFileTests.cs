using Holdfast.Firmware.Appliance;
using Holdfast.Gateway.Commands.Access;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>The access file counts as soon as it is written, and never less than it said.</summary>
public sealed class AccessFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-access-");
    private readonly AccessFile file;

    public AccessFileTests() => file = new AccessFile(Path);

    private string Path => global::System.IO.Path.Combine(folder.FullName, AccessFile.FileName);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Without_one_the_broker_decides() => Assert.Same(AccessPolicy.Open, Read(out _));

    [Fact]
    public void A_broken_one_lets_nobody_in()
    {
        File.WriteAllText(Path, "{");

        Assert.Same(AccessPolicy.Closed, Read(out var problem));
        Assert.Contains("Nobody may command", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_counts_at_once_and_is_told_once()
    {
        Read(out _);
        File.WriteAllText(Path, """{"access":1}""");
        Assert.Equal([AccessPolicy.Harmful], Read(out var problem).NeedsKey);
        Assert.Equal("", problem);

        file.Current(_ => Assert.Fail("nothing changed"));
    }

    [Fact]
    public void One_that_breaks_or_goes_leaves_what_it_said_last()
    {
        File.WriteAllText(Path, """{"access":1}""");
        Read(out _);
        File.WriteAllText(Path, """{"access":1,"operators":[{}]}""");
        Assert.Equal([AccessPolicy.Harmful], Read(out var broken).NeedsKey);
        Assert.Contains("What it last said counts on", broken, StringComparison.Ordinal);

        File.Delete(Path);
        Assert.Equal([AccessPolicy.Harmful], Read(out var gone).NeedsKey);
        Assert.Contains("is gone", gone, StringComparison.Ordinal);
    }

    private AccessPolicy Read(out string problem)
    {
        file.Current(_ => { });
        var policy = file.Current(_ => { });
        problem = file.Problem;
        return policy;
    }
}
