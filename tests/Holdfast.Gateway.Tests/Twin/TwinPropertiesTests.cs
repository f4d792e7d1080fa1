using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Twin;
using Xunit;

namespace Holdfast.Gateway.Tests.Twin;

/// <summary>Patches are RFC 7396's; merges come to the same on all sides.</summary>
public sealed class TwinPropertiesTests
{
    private static readonly string[] Names = ["a", "b", "c/d~"];

    /// <summary>The cases of RFC 7396, appendix A, whose both sides are objects.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"a":"foo"}""", """{"b":{"c":{"d":null}}}""", """{"a":"foo","b":{"c":{}}}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("""{"a":5}""", """{"a":{"c":2}}""", """{"a":{"c":2}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":null}}""", """{"a":{}}""")]
    public void Merge_patch(string document, string patch, string result)
    {
        var before = TwinProperties.Empty.Patch(Object(document), 1, "rack");

        Assert.True(JsonNode.DeepEquals(Object(result), before.Patch(Object(patch), 2, "rack").Document()));
    }

    [Fact]
    public void Any_patch_of_any_document_is_RFC_7396s() =>
        Check(random =>
        {
            var properties = TwinProperties.Empty;
            var expected = new JsonObject();
            for (var time = 1; time < 8; time++)
            {
                var patch = Some(random, 3);
                properties = properties.Patch(patch, time, "rack");
                Reference(expected, patch);
                if (!JsonNode.DeepEquals(expected, properties.Document()))
                {
                    return false;
                }
            }

            return true;
        });

    [Fact]
    public void Merging_is_commutative_associative_and_idempotent() =>
        Check(random =>
        {
            var common = Side(random, TwinProperties.Empty, "rack");
            var (a, b, c) = (Side(random, common, "rack"), Side(random, common, "hub"), Side(random, common, "region"));
            return Same(a.Merge(b), b.Merge(a))
                && Same(a.Merge(b).Merge(c), a.Merge(b.Merge(c)))
                && Same(a.Merge(a), a)
                && Same(a.Merge(b).Merge(b), a.Merge(b))
                && a.NewIn(a).Count == 0
                && Same(a.Merge(a.NewIn(b)), a.Merge(b));
        });

    [Fact]
    public void Sides_that_changed_different_properties_keep_both()
    {
        var common = TwinProperties.Empty.Patch(Object("""{"labels":{"owner":"ana"}}"""), 1, "rack");
        var rack = common.Patch(Object("""{"power":"on"}"""), 5, "rack");
        var hub = common.Patch(Object("""{"labels":{"owner":null,"shelf":3}}"""), 4, "hub");

        Assert.True(JsonNode.DeepEquals(Object("""{"labels":{"shelf":3},"power":"on"}"""), rack.Merge(hub).Document()));
    }

    [Fact]
    public void Of_two_changes_of_one_property_the_later_counts_and_a_deletion_is_a_change()
    {
        var common = TwinProperties.Empty.Patch(Object("""{"power":"on"}"""), 1, "rack");
        var rack = common.Patch(Object("""{"power":"off"}"""), 5, "rack");
        var hub = common.Patch(Object("""{"power":null}"""), 6, "hub");

        Assert.Equal("{}", hub.Merge(rack).Document().ToJsonString());
    }

    [Fact]
    public void A_clock_that_runs_back_does_not_lose_a_change()
    {
        var properties = TwinProperties.Empty.Patch(Object("""{"power":"on"}"""), 1_000_000_000_000_000, "rack");
        var later = properties.Patch(Object("""{"power":"off"}"""), properties.TimeFor(Events.Time), "rack");

        Assert.Equal("""{"power":"off"}""", properties.Merge(later).Document().ToJsonString());
    }

    private static void Check(Func<SeededRandom, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => holds(new SeededRandom((ulong)seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static TwinProperties Side(SeededRandom random, TwinProperties from, string by)
    {
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            // Times that collide between the sides.
            from = from.Patch(Some(random, 2), from.NewestTime + 1 + random.Next(2), by);
        }

        return from;
    }

    private static JsonObject Some(SeededRandom random, int depth)
    {
        var some = new JsonObject();
        foreach (var name in Names.Where(_ => random.Chance(0.6)))
        {
            some[name] = random.Next(5) switch
            {
                0 => null,
                1 => random.Next(3),
                2 => new JsonArray(1, null),
                _ when depth > 0 => Some(random, depth - 1),
                _ => "x",
            };
        }

        return some;
    }

    /// <summary>The algorithm of RFC 7396 §2, as it stands there.</summary>
    private static void Reference(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject members)
            {
                if (target[name] is not JsonObject inner)
                {
                    target[name] = inner = [];
                }

                Reference(inner, members);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private static bool Same(TwinProperties a, TwinProperties b) =>
        a.All.SequenceEqual(b.All) && JsonNode.DeepEquals(a.Document(), b.Document());

    private static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;
}
