using System.Text.Json;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Gateway.Topics;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>npm's sparkplug-payload reads what we send, and we read what it writes.</summary>
public sealed class PayloadLibraryTests(CodecPeer codec) : IClassFixture<CodecPeer>
{
    [Fact]
    public async Task It_reads_every_kind_of_message_that_we_send_as_we_meant_it()
    {
        var peer = await codec.StartedAsync();
        foreach (var sent in Everything())
        {
            await peer.WriteAsync($"decode {Convert.ToBase64String(sent.Message.Payload.Span)}");
            var read = await peer.NextAsync();
            Assert.Equal(sent.Payload.HasSeq, read.TryGetProperty("seq", out var seq));
            Assert.True(!sent.Payload.HasSeq || seq.GetUInt64() == sent.Payload.Seq);
            Assert.Equal(sent.Payload.Timestamp, read.GetProperty("timestamp").GetUInt64());
            JsonElement[] metrics = read.TryGetProperty("metrics", out var list) ? [.. list.EnumerateArray()] : [];
            Assert.Equal(sent.Payload.Metrics.Count, metrics.Length);
            foreach (var (ours, theirs) in sent.Payload.Metrics.Zip(metrics))
            {
                Same(ours, theirs);
            }
        }
    }

    [Theory]
    [InlineData("Int8", "-8", "-8")]
    [InlineData("Int16", "-1600", "-1600")]
    [InlineData("Int32", "-320000", "-320000")]
    [InlineData("Int64", "-6400000000", "-6400000000")]
    [InlineData("UInt8", "200", "200")]
    [InlineData("UInt16", "60000", "60000")]
    [InlineData("UInt32", "4000000000", "4000000000")]
    [InlineData("UInt64", "9007199254740991", "9007199254740991")]
    [InlineData("Float", "1.5", "1.5")]
    [InlineData("Double", "-2.25", "-2.25")]
    [InlineData("Boolean", "true", "true")]
    [InlineData("String", "\"Wärme\"", "\"Wärme\"")]
    [InlineData("Text", "\"long\"", "\"long\"")]
    [InlineData("UUID", "\"6f1b1f1e-0000-0000-0000-000000000001\"", "\"6f1b1f1e-0000-0000-0000-000000000001\"")]
    [InlineData("DateTime", "1486144502122", "1486144502122")]
    [InlineData("Bytes", "{\"base64\":\"AQID\"}", "\"AQID\"")]
    [InlineData("File", "{\"base64\":\"/w==\"}", "\"/w==\"")]
    public async Task We_read_every_type_that_it_writes(string type, string value, string expected)
    {
        var metric = await WrittenAsync(
            $$"""{"name":"m","alias":7,"timestamp":5,"type":"{{type}}","value":{{value}}}"""
        );
        Assert.Equal(expected, metric.GetProperty("value").GetRawText());
        Assert.Equal("m", metric.GetProperty("name").GetString());
        Assert.Equal(7, metric.GetProperty("alias").GetInt32());
    }

    [Fact]
    public async Task We_read_its_nulls_flags_properties_data_sets_and_templates()
    {
        var metric = await WrittenAsync(
            """{"name":"n","type":"Int32","isNull":true,"isHistorical":true,"value":null,"properties":{"engUnit":{"type":"String","value":"W"},"Quality":{"type":"Int32","value":500},"deep":{"type":"PropertySet","value":{"x":{"type":"Boolean","value":true}}}}}"""
        );
        Assert.Equal(JsonValueKind.Null, metric.GetProperty("value").ValueKind);
        Assert.True(metric.GetProperty("is_historical").GetBoolean());
        Assert.Equal(
            """{"engUnit":"W","Quality":500,"deep":{"x":true}}""",
            metric.GetProperty("properties").GetRawText()
        );

        var set = await WrittenAsync(
            """{"name":"d","type":"DataSet","value":{"numOfColumns":3,"types":["Int32","String","Double"],"columns":["a","b","c"],"rows":[[-1,"x",0.5],[2,"y",1.5]]}}"""
        );
        Assert.Equal(
            """{"columns":["a","b","c"],"rows":[[-1,"x",0.5],[2,"y",1.5]]}""",
            set.GetProperty("value").GetRawText()
        );

        var template = await WrittenAsync(
            """{"name":"t","type":"Template","value":{"isDefinition":false,"templateRef":"Server","version":"1","metrics":[{"name":"on","type":"Boolean","value":true}],"parameters":[{"name":"unit","type":"Double","value":4.5}]}}"""
        );
        var read = template.GetProperty("value");
        Assert.Equal(
            (false, "Server"),
            (read.GetProperty("is_definition").GetBoolean(), read.GetProperty("template_ref").GetString())
        );
        Assert.True(read.GetProperty("metrics")[0].GetProperty("value").GetBoolean());
        Assert.Equal(4.5, read.GetProperty("parameters").GetProperty("unit").GetDouble());
    }

    private async Task<JsonElement> WrittenAsync(string metric)
    {
        var peer = await codec.StartedAsync();
        await peer.WriteAsync($$"""encode {"timestamp":5,"seq":1,"metrics":[{{metric}}]}""");
        var bytes = (await peer.NextAsync()).GetProperty("base64").GetBytesFromBase64();
        return JsonDocument.Parse(SparkplugReader.Format(bytes)!).RootElement.GetProperty("metrics")[0];
    }

    private static List<Sent> Everything()
    {
        var edge = new EdgeRig(EdgeRig.Plan with { Commands = true });
        edge.Tell(Telemetry.Of("zone-b", "temperature", new Reading(0, Unit.Celsius, default, Quality.Fault)));
        var (will, births) = edge.Connect();
        edge.Tell(Telemetry.Of("power", "source", "battery"));
        edge.Tell(Telemetry.Of("zone-a", "temperature", new Reading(0, Unit.Celsius, default, Quality.Stale)));
        var data = edge.Step();
        edge.Tell(Telemetry.Of("leak-a", "state", "unknown"));
        var host = new HostRig();
        host.Hear(births);
        var command = host.Host.Command(
            "site",
            "r1",
            "n1",
            [("Device Control/Power", DataType.Boolean, true)],
            host.Now
        );
        return [will, .. births, .. data, .. edge.Step(), new Sent(command)];
    }

    private static void Same(Metric ours, JsonElement theirs)
    {
        Assert.Equal(
            ours.HasName ? ours.Name : null,
            theirs.TryGetProperty("name", out var name) ? name.GetString() : null
        );
        Assert.Equal(
            ours.HasAlias ? ours.Alias : (ulong?)null,
            theirs.TryGetProperty("alias", out var alias) ? alias.GetUInt64() : (ulong?)null
        );
        Assert.Equal($"{(DataType)ours.Datatype}", theirs.GetProperty("type").GetString());
        var value = theirs.TryGetProperty("value", out var found) ? found : default;
        switch (MetricValues.Get(ours, (DataType)ours.Datatype))
        {
            case null:
                Assert.True(value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined);
                break;
            case bool flag:
                Assert.Equal(flag, value.GetBoolean());
                break;
            case string text:
                Assert.Equal(text, value.GetString());
                break;
            case var number:
                Assert.Equal(
                    Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture),
                    value.GetDouble()
                );
                break;
        }

        if (ours.Properties?.Keys.Contains("engUnit") == true)
        {
            Assert.Equal(
                Sent.Property(ours, "engUnit"),
                theirs.GetProperty("properties").GetProperty("engUnit").GetProperty("value").GetString()
            );
        }
    }
}
