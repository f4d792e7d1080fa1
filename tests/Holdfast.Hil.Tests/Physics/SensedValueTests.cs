using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class SensedValueTests
{
    private static readonly ContainerPlan Plan = ContainerPlan.Default();
    private static readonly SensorId Sensor = Plan.Temperatures[0].Sensor;

    private readonly ContainerModel model = new(Plan, 3);

    [Fact]
    public void A_healthy_sensor_shows_nearly_the_truth()
    {
        model.Step(TimeSpan.FromMinutes(5));
        Assert.Equal(model.TemperatureOf(Plan.Zones[0].Zone).Value, model.Sense(Sensor).Value, 0.5);
    }

    [Fact]
    public void A_stuck_sensor_goes_on_showing_what_it_showed()
    {
        Happen(FaultKind.SensorStuck, Sensor.Text, TimeSpan.FromHours(1));
        var stuck = model.Sense(Sensor);
        foreach (var node in Plan.Nodes)
        {
            model.PowerOn(node.Node);
        }

        model.Step(TimeSpan.FromMinutes(30));
        Assert.Equal(stuck, model.Sense(Sensor));
        model.Step(TimeSpan.FromMinutes(31));
        Assert.NotEqual(stuck, model.Sense(Sensor));
    }

    [Theory]
    [InlineData(FaultKind.SensorStale, SensedState.Stale)]
    [InlineData(FaultKind.SensorAbsent, SensedState.Absent)]
    public void A_sensor_that_gives_nothing_says_so(FaultKind kind, SensedState state)
    {
        Happen(kind, Sensor.Text, TimeSpan.FromMinutes(1));
        Assert.Equal(state, model.Sense(Sensor).State);
    }

    [Fact]
    public void Garbage_is_no_temperature_of_this_world()
    {
        Happen(FaultKind.SensorGarbage, Sensor.Text, TimeSpan.FromMinutes(1));
        Assert.False(model.Sense(Sensor).Value is > -60 and < 150);
    }

    [Fact]
    public void Faults_that_overlap_end_with_the_last()
    {
        model.Order(new Fault(FaultKind.GridLost, Fault.Grid, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        model.Order(new Fault(FaultKind.GridLost, Fault.Grid, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30)));
        Assert.True(UpAfter(5));
        Assert.False(UpAfter(20));
        Assert.False(UpAfter(15));
        Assert.True(UpAfter(15));
    }

    [Theory]
    [InlineData(FaultKind.Smoke, "smoke-b")]
    [InlineData(FaultKind.Leak, "leak-c")]
    [InlineData(FaultKind.DoorOpen, "door-d")]
    public void Safety_inputs_show_what_was_ordered(FaultKind kind, string input)
    {
        var id = new SensorId(input);
        Assert.False(model.IsActive(id));
        Happen(kind, input, TimeSpan.FromMinutes(1));
        Assert.True(model.IsActive(id));
        model.Step(TimeSpan.FromMinutes(1));
        Assert.False(model.IsActive(id));
    }

    [Theory]
    [InlineData(FaultKind.Smoke, "leak-a")]
    [InlineData(FaultKind.BmcSilent, "node-77")]
    [InlineData(FaultKind.GridLost, "node-01")]
    public void A_fault_of_something_that_is_not_there_is_refused(FaultKind kind, string target) =>
        Assert.Throws<ArgumentException>(() =>
            model.Order(new Fault(kind, target, TimeSpan.Zero, TimeSpan.FromSeconds(1)))
        );

    private bool UpAfter(int seconds)
    {
        model.Step(TimeSpan.FromSeconds(seconds));
        return model.GridUp;
    }

    private void Happen(FaultKind kind, string target, TimeSpan length)
    {
        model.Order(new Fault(kind, target, model.Elapsed, length));
        model.Step(TimeSpan.FromSeconds(1));
    }
}
