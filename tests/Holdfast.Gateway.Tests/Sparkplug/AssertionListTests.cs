using System.Text.RegularExpressions;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>docs/sparkplug-assertions.md names tests that there are.</summary>
public sealed partial class AssertionListTests
{
    private static readonly string[] Rows =
    [
        .. File.ReadAllLines(SourceTree.PathOf("docs/sparkplug-assertions.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Every_assertion_stands_there_once_with_a_test_or_a_reason()
    {
        Assert.Equal(303, Rows.Select(row => row.Split('`')[1]).Distinct().Count());
        Assert.Equal(303, Rows.Length);
        Assert.All(
            Rows,
            row => Assert.True(Test().IsMatch(row) || row.Contains("| — ", StringComparison.Ordinal), row)
        );
    }

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        foreach (
            var name in Rows.Select(row => Test().Match(row))
                .Where(m => m.Success)
                .Select(m => m.Groups[1].Value)
                .Distinct()
        )
        {
            var at = name.LastIndexOf('.');
            var type = typeof(AssertionListTests).Assembly.GetType(
                $"{typeof(AssertionListTests).Namespace}.{name[..at]}"
            );
            var method = type?.GetMethod(name[(at + 1)..]);
            Assert.True(method?.IsDefined(typeof(FactAttribute), inherit: true) == true, $"there is no test {name}");
        }
    }

    [GeneratedRegex(@"\| `([\w.]+)` \|$")]
    private static partial Regex Test();
}
