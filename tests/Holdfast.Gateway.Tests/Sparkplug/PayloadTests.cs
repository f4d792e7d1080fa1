using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>Values on the wire, topics, and how people are shown both.</summary>
public sealed class PayloadTests
{
    public static TheoryData<DataType, object> Values =>
        new()
        {
            { DataType.Int8, -128L },
            { DataType.Int16, -32_768L },
            { DataType.Int32, (long)int.MinValue },
            { DataType.Int64, long.MinValue },
            { DataType.UInt8, 255ul },
            { DataType.UInt16, 65_535ul },
            { DataType.UInt32, (ulong)uint.MaxValue },
            { DataType.UInt64, ulong.MaxValue },
            { DataType.Float, 1.25f },
            { DataType.Double, -1e300 },
            { DataType.Boolean, false },
            { DataType.String, "" },
            { DataType.DateTime, 1_486_144_502_122ul },
            { DataType.Text, "Ä" },
            { DataType.Uuid, "6f1b1f1e-0000-0000-0000-000000000001" },
            { DataType.Bytes, new byte[] { 1, 2 } },
            { DataType.File, Array.Empty<byte>() },
            { DataType.Int8Array, new long[] { -23, 123 } },
            { DataType.Int16Array, new long[] { -30_000, 30_000 } },
            { DataType.Int32Array, new long[] { -1, 315_338_746 } },
            { DataType.Int64Array, new long[] { -4_270_929_666_821_191_986, -3_601_064_768_563_266_876 } },
            { DataType.UInt8Array, new ulong[] { 23, 250 } },
            { DataType.UInt16Array, new ulong[] { 30, 52_360 } },
            { DataType.UInt32Array, new ulong[] { 52, 3_293_969_225 } },
            { DataType.UInt64Array, new ulong[] { 52, ulong.MaxValue } },
            { DataType.FloatArray, new[] { 1.23f, 89.341f } },
            { DataType.DoubleArray, new[] { 12.354213, 1022.9123213 } },
            { DataType.BooleanArray, new[] { true, false, true, true, false, false, true, false, true } },
            { DataType.StringArray, new[] { "ABC", "", "hello" } },
            { DataType.DateTimeArray, new ulong[] { 1_256_102_875_335, 1_656_107_875_000 } },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_of_each_type_comes_back_from_the_wire(DataType type, object value)
    {
        var metric = new Metric();
        MetricValues.Set(metric, type, value);
        Assert.False(metric.HasIsNull);
        Assert.Equal(
            value,
            MetricValues.Get(Metric.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(metric)), type)
        );
        MetricValues.Set(metric, type, null);
        Assert.True(metric.IsNull);
        Assert.Null(MetricValues.Get(metric, type));
    }

    [Theory]
    [InlineData(DataType.Int8Array, "EF7B")]
    [InlineData(DataType.Int16Array, "D08A3075")]
    [InlineData(DataType.Int32Array, "FFFFFFFFFAAFCB12")]
    [InlineData(DataType.Int64Array, "CE0672AC189CBAC4C4BA9C18AC7206CE")]
    [InlineData(DataType.UInt8Array, "17FA")]
    [InlineData(DataType.UInt16Array, "1E0088CC")]
    [InlineData(DataType.StringArray, "4142430068656C6C6F00")]
    [InlineData(DataType.BooleanArray, "0C00000034D0")]
    public void Arrays_are_packed_as_the_specification_shows(DataType type, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var values = PackedArrays.Read(type, bytes)!;
        Assert.Equal(bytes, PackedArrays.Write(type, values));
    }

    [Theory]
    [InlineData(DataType.Int32Array, "FFFFFF")]
    [InlineData(DataType.BooleanArray, "FFFFFFFF00")]
    [InlineData(DataType.BooleanArray, "0C")]
    [InlineData(DataType.StringArray, "4142")]
    public void An_array_that_is_none_is_not_known(DataType type, string hex) =>
        Assert.Null(PackedArrays.Read(type, Convert.FromHexString(hex)));

    [Fact]
    public void Bytes_of_strangers_never_throw()
    {
        var host = new HostRig();
        var edge = new EdgeRig(EdgeRig.Plan with { Commands = true });
        edge.Connect();
        var reader = new SparkplugReader();
        Prop.ForAll<byte[]>(bytes =>
            {
                foreach (var verb in Enum.GetValues<SparkplugVerb>())
                {
                    var device = verb >= SparkplugVerb.DBIRTH ? "n1" : "";
                    var message = new MqttMessage($"{new SparkplugTopic("site", verb, "r1", device)}", bytes);
                    host.Hear(message);
                    edge.Edge.Receive(message);
                    reader.Read(message);
                }

                HostState.Read(bytes);
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("spBv1.0/g/NBIRTH/e", true)]
    [InlineData("spBv1.0/g/DDATA/e/d", true)]
    [InlineData("spBv1.0/Büro 3/NCMD/e", true)]
    [InlineData("spBv1.0/g/NBIRTH/e/d", false)]
    [InlineData("spBv1.0/g/NDATA/e/d", false)]
    [InlineData("spBv1.0/g/NDEATH/e/d", false)]
    [InlineData("spBv1.0/g/NCMD/e/d", false)]
    [InlineData("spBv1.0/g/DBIRTH/e", false)]
    [InlineData("spBv1.0/g/DDATA/e", false)]
    [InlineData("spBv1.0/g/DDEATH/e", false)]
    [InlineData("spBv1.0/g/DCMD/e", false)]
    [InlineData("spAv1.0/g/NBIRTH/e", false)]
    [InlineData("spBv1.0/g/nbirth/e", false)]
    [InlineData("spBv1.0//NBIRTH/e", false)]
    [InlineData("spBv1.0/STATE/host", false)]
    [InlineData("spBv1.0/g/NBIRTH", false)]
    public void A_topic_has_its_levels_and_a_device_where_its_verb_is_about_one(string topic, bool valid)
    {
        var parsed = SparkplugTopic.Parse(topic);
        Assert.Equal(valid, parsed is not null);
        Assert.Equal(valid ? topic : "", $"{parsed}");
    }

    [Theory]
    [InlineData("farm-3", true)]
    [InlineData("Büro 3", true)]
    [InlineData("a/b", false)]
    [InlineData("a+", false)]
    [InlineData("#", false)]
    [InlineData("", false)]
    [InlineData("\ud83d\ude00", true)]
    public void An_id_is_utf8_without_reserved_characters(string id, bool valid) =>
        Assert.Equal(valid, SparkplugTopic.IsValidId(id));

    [Fact]
    public void Half_a_character_is_no_id() => Assert.False(SparkplugTopic.IsValidId("a" + (char)0xD800));

    [Fact]
    public void People_are_shown_data_by_the_names_of_their_birth()
    {
        var edge = new EdgeRig();
        var births = edge.Connect().Births;
        edge.Tell(Gateway.Topics.Telemetry.Of("power", "source", "battery"));
        var data = edge.Step()[0].Message;
        var reader = new SparkplugReader();
        Assert.DoesNotContain("power/source", reader.Read(data), StringComparison.Ordinal);
        reader.Read(births[0].Message);
        var shown = JsonDocument.Parse(reader.Read(data)!).RootElement;
        var metric = shown.GetProperty("metrics")[0];
        Assert.Equal(
            ("power/source", "battery"),
            (metric.GetProperty("name").GetString(), metric.GetProperty("value").GetString())
        );
        Assert.StartsWith("2031-05-06T07:08:", shown.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"online":true,"timestamp":5}""", reader.Read(new HostState(true, 5).Message("scada")));
        Assert.Null(reader.Read(new MqttMessage("rack/r1/n1/state", default)));
    }
}
