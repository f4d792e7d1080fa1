namespace Holdfast.Benchmarks.Mqtt;

/// <summary>How much of everything. The figures of the goals count against <see cref="Full"/>.</summary>
internal sealed record LoadPlan
{
    public static readonly LoadPlan Full = new();

    /// <summary>Everything once and small, for the tests.</summary>
    public static readonly LoadPlan Tiny = new()
    {
        Many = 3,
        IdleConnections = 5,
        WarmUp = TimeSpan.FromMilliseconds(20),
        Measured = TimeSpan.FromMilliseconds(50),
        Settling = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>The clients on the side that has many.</summary>
    public int Many { get; init; } = 50;

    public int IdleConnections { get; init; } = 1_000;

    /// <summary>In bytes.</summary>
    public int PayloadSize { get; init; } = 256;

    /// <summary>Messages a second, of all publishers together, where the delay is measured.</summary>
    public int PacedRate { get; init; } = 2_000;

    /// <summary>
    /// Deliveries under way from many to one: as many as mosquitto queues for one client before it drops. A row shall say how fast a broker carries
    /// messages, not how fast it loses them; that is the blast's.
    /// </summary>
    public int FanInWindow { get; init; } = 1_000;

    /// <summary>Messages under way from one to many.</summary>
    public int FanOutWindow { get; init; } = 200;

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing may come before what is missing counts as lost.</summary>
    public TimeSpan GivingUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Before memory is looked at.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromMilliseconds(500);
}
