namespace Holdfast.Hil;

/// <summary>What a simulated node is doing, in truth.</summary>
public enum MachineState
{
    /// <summary>No main power: only its BMC and its network card are fed.</summary>
    Off,

    /// <summary>Powered, its system does not answer yet.</summary>
    Booting,
    On,

    /// <summary>Its system is stopping; it still draws power.</summary>
    ShuttingDown,
}

/// <summary>One node: what it does, what it draws.</summary>
internal sealed class Machine
{
    private const double BootLoad = 0.6;
    private const double StopLoad = 0.3;
    private const double IdleShare = 0.35;
    private const double HungLoad = 0.5;
    private const double CycleSeconds = 5;

    private readonly ContainerNode plan;
    private readonly SeededRandom random;
    private readonly Noise loadNoise;
    private readonly double popularity;
    private double remaining;
    private double sinceStart;
    private double restartIn;

    public Machine(ContainerNode plan, SeededRandom random)
    {
        this.plan = plan;
        this.random = random;
        loadNoise = new Noise(random.Split(), correlationSeconds: 240);
        popularity = random.Between(0.6, 1.4);
        State = plan.OnAtStart ? MachineState.On : MachineState.Off;
        sinceStart = plan.InrushFor.TotalSeconds;
        Draw = plan.Standby.Value;
    }

    public MachineState State { get; private set; }

    /// <summary>Its system no longer answers, though it is on.</summary>
    public bool Hung { get; private set; }

    /// <summary>Share of its computing power in use, 0 to 1.</summary>
    public double Load { get; private set; }

    /// <summary>W.</summary>
    public double Draw { get; private set; }

    public bool Powered => State != MachineState.Off;

    public bool AnswersPing => State == MachineState.On && !Hung;

    public void Advance(double seconds, double demand, bool bootBlocked)
    {
        loadNoise.Advance(seconds);
        sinceStart += seconds;
        switch (State)
        {
            case MachineState.Off when restartIn > 0:
                restartIn -= seconds;
                if (restartIn <= 0)
                {
                    PowerOn();
                }

                break;
            case MachineState.Booting when !bootBlocked:
                remaining -= seconds;
                State = remaining > 0 ? MachineState.Booting : MachineState.On;
                break;
            case MachineState.ShuttingDown:
                remaining -= seconds;
                if (remaining <= 0)
                {
                    PowerOff();
                }

                break;
            default:
                break;
        }

        Load = LoadNow(demand);
        Draw = DrawNow();
    }

    public void PowerOn()
    {
        restartIn = 0;
        if (State == MachineState.Off)
        {
            sinceStart = 0;
            Boot();
        }
    }

    public void PowerOff()
    {
        State = MachineState.Off;
        Hung = false;
        restartIn = 0;
    }

    /// <summary>The power button: only a system that runs reacts to it.</summary>
    public void SoftOff()
    {
        if (AnswersPing)
        {
            State = MachineState.ShuttingDown;
            remaining = Spread(plan.StopTime);
        }
    }

    /// <summary>False where there is no power to take away (IPMI 2.0 §28.3: no action, D5h).</summary>
    public bool Cycle()
    {
        if (!Powered)
        {
            return false;
        }

        PowerOff();
        restartIn = CycleSeconds;
        return true;
    }

    /// <summary>False where it is off.</summary>
    public bool Reset()
    {
        if (!Powered)
        {
            return false;
        }

        Boot();
        return true;
    }

    public void Hang() => Hung = State == MachineState.On;

    public void Recover() => Hung = false;

    private void Boot()
    {
        State = MachineState.Booting;
        Hung = false;
        remaining = Spread(plan.BootTime);
    }

    private double Spread(TimeSpan mean) => mean.TotalSeconds * random.Between(0.75, 1.25);

    private double LoadNow(double demand) =>
        State switch
        {
            MachineState.Off => 0,
            MachineState.Booting => BootLoad,
            MachineState.ShuttingDown => StopLoad,
            _ when Hung => HungLoad,
            _ => Math.Clamp((demand * popularity) + (0.15 * loadNoise.Value), 0, 1),
        };

    private double DrawNow()
    {
        if (!Powered)
        {
            return plan.Standby.Value;
        }

        var inrush = Math.Max(0, 1 - (sinceStart / plan.InrushFor.TotalSeconds));
        return (plan.PowerMax.Value * (IdleShare + ((1 - IdleShare) * Load))) + (plan.Inrush.Value * inrush);
    }
}
