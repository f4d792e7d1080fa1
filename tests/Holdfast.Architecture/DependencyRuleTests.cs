using System.Xml.Linq;
using Xunit;

namespace Holdfast.Architecture;

/// <summary>Who may reference whom, read from the project files (docs/architecture.md).</summary>
public sealed class DependencyRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Holdfast.Core"] = [],
        ["Holdfast.Hal"] = ["Holdfast.Core"],
        ["Holdfast.Hal.Linux"] = ["Holdfast.Core", "Holdfast.Hal"],
        ["Holdfast.Hal.Devices"] = ["Holdfast.Core", "Holdfast.Hal"],
        ["Holdfast.Mqtt"] = ["Holdfast.Core"],
        ["Holdfast.Gateway"] = ["Holdfast.Core", "Holdfast.Mqtt"],
        ["Holdfast.Storage"] = ["Holdfast.Core"],
        ["Holdfast.Storage.OpenCl"] = ["Holdfast.Core", "Holdfast.Storage"],
        ["Holdfast.Rack"] = ["Holdfast.Core", "Holdfast.Hal"],
        // The simulated devices share the wire formats with the drivers, and nothing else.
        ["Holdfast.Hil"] = ["Holdfast.Core", "Holdfast.Hal", "Holdfast.Hal.Devices"],
        ["Holdfast.Firmware"] =
        [
            "Holdfast.Core",
            "Holdfast.Hal",
            "Holdfast.Hal.Linux",
            "Holdfast.Hal.Devices",
            "Holdfast.Mqtt",
            "Holdfast.Gateway",
            "Holdfast.Rack",
            "Holdfast.Hil",
            "Holdfast.Storage",
            "Holdfast.Storage.OpenCl",
        ],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Keys.Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project)
    {
        Assert.True(
            Allowed.TryGetValue(project, out var allowed),
            $"{project} has no dependency rule: decide and add it"
        );
        Assert.Empty(References(ProjectFiles()[project]).Except(allowed));
    }

    [Fact]
    public void Every_rule_has_its_project() => Assert.Equal(Allowed.Keys.Order(), ProjectFiles().Keys.Order());

    [Fact]
    public void Cores_that_only_decide_are_compiled_without_clocks_and_tasks()
    {
        foreach (var core in new[] { "Holdfast.Core", "Holdfast.Rack" })
        {
            var properties = XDocument.Load(ProjectFiles()[core]).Descendants("PureCore");
            Assert.Equal("true", Assert.Single(properties).Value);
        }
    }

    private static Dictionary<string, string> ProjectFiles() =>
        Directory
            .EnumerateFiles(Root(), "*.csproj", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Root(), path).StartsWith("tests", StringComparison.Ordinal))
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path));

    private static IEnumerable<string> References(string projectFile) =>
        XDocument
            .Load(projectFile)
            .Descendants("ProjectReference")
            .Select(reference => (string)reference.Attribute("Include")!)
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the source tree");
    }
}
