namespace Holdfast.Core;

/// <summary>The name of a rack, unique in its site.</summary>
public readonly record struct RackId(string Text)
{
    public string Text { get; } = Name.Require(Text, "rack");

    public override string ToString() => Text;
}

/// <summary>The name of a node, unique in its rack.</summary>
public readonly record struct NodeId(string Text)
{
    public string Text { get; } = Name.Require(Text, "node");

    public override string ToString() => Text;
}

/// <summary>The name of a power outlet, unique in its rack.</summary>
public readonly record struct OutletId(string Text)
{
    public string Text { get; } = Name.Require(Text, "outlet");

    public override string ToString() => Text;
}

/// <summary>The name of a sensor, fan, meter or safety input, unique in its rack.</summary>
public readonly record struct SensorId(string Text)
{
    public string Text { get; } = Name.Require(Text, "sensor");

    public override string ToString() => Text;
}

/// <summary>The name of a cooling zone, unique in its rack.</summary>
public readonly record struct ZoneId(string Text)
{
    public string Text { get; } = Name.Require(Text, "zone");

    public override string ToString() => Text;
}
