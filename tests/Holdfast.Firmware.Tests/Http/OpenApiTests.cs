using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>The OpenAPI document is one that tools read, and leaves nothing out.</summary>
public sealed partial class OpenApiTests
{
    private const string Path = "/api/v1/openapi.json";

    [Fact]
    public async Task It_is_a_valid_document_of_version_3()
    {
        await using var face = await RunningFace.StartAsync();
        await using var text = await face.Http.GetStreamAsync(new Uri(Path, UriKind.Relative));
        var read = await OpenApiDocument.LoadAsync(text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.StartsWith("OpenApi3", $"{read.Diagnostic.SpecificationVersion}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_covers_every_route()
    {
        await using var face = await RunningFace.StartAsync();
        var paths = (await face.JsonAsync(Path)).GetProperty("paths");
        var routes = paths
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"));
        Assert.Equal(
            [
                "get /api/v1/commands/{id}",
                "get /api/v1/events",
                "get /api/v1/nodes",
                "get /api/v1/nodes/{name}",
                "get /api/v1/rack",
                "get /api/v1/sensors",
                "get /api/v1/stream",
                "get /healthz",
                "post /api/v1/nodes/{name}/{verb}",
                "post /api/v1/zones/{name}/fan-mode",
            ],
            routes.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Every_route_says_what_it_is_for_and_how_it_fails()
    {
        await using var face = await RunningFace.StartAsync();
        foreach (var path in (await face.JsonAsync(Path)).GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                var answers = operation.Value.GetProperty("responses").EnumerateObject().ToArray();
                Assert.Contains(answers, answer => answer.Name == "200");
                Assert.All(
                    answers.Where(answer => answer.Name[0] is '4' or '5'),
                    answer =>
                        Assert.True(
                            answer.Value.GetProperty("content").TryGetProperty("application/problem+json", out _)
                        )
                );
                Assert.True(operation.Name != "post" || answers.Length == 7, path.Name);
            }
        }
    }

    [Fact]
    public async Task Every_member_is_in_snake_case_and_described()
    {
        await using var face = await RunningFace.StartAsync();
        var schemas = (await face.JsonAsync(Path)).GetProperty("components").GetProperty("schemas");
        foreach (var schema in schemas.EnumerateObject())
        {
            foreach (var member in schema.Value.GetProperty("properties").EnumerateObject())
            {
                Assert.Matches(SnakeCase(), member.Name);
                Assert.True(IsDescribed(member.Value), $"{schema.Name}.{member.Name} is not described");
            }
        }
    }

    [Fact]
    public async Task The_documents_have_exactly_the_members_of_their_schemas()
    {
        await using var face = await RunningFace.StartAsync();
        var schemas = (await face.JsonAsync(Path)).GetProperty("components").GetProperty("schemas");
        var rack = await face.JsonAsync("/api/v1/rack");
        Same(schemas, "RackDocument", rack);
        Same(schemas, "PowerDocument", rack.GetProperty("power"));
        Same(schemas, "ZoneDocument", rack.GetProperty("zones")[0]);
        Same(schemas, "NodeDocument", rack.GetProperty("nodes")[0]);
        Same(schemas, "GatewayDocument", rack.GetProperty("gateway"));
    }

    /// <summary>By itself, by the schema that it refers to, or by one of its forms.</summary>
    private static bool IsDescribed(JsonElement member) =>
        member.TryGetProperty("description", out _)
        || member.TryGetProperty("$ref", out _)
        || (member.TryGetProperty("oneOf", out var forms) && forms.EnumerateArray().Any(IsDescribed));

    private static void Same(JsonElement schemas, string schema, JsonElement document) =>
        Assert.Equal(
            schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(p => p.Name),
            document.EnumerateObject().Select(p => p.Name)
        );

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex SnakeCase();
}
