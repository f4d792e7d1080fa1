namespace Holdfast.Hil.Devices;

/// <summary>The one model behind all devices; each reads and commands it in turn.</summary>
internal sealed class SharedModel(ContainerModel model)
{
    private readonly Lock gate = new();

    public ContainerPlan Plan => model.Plan;

    public T Read<T>(Func<ContainerModel, T> read)
    {
        lock (gate)
        {
            return read(model);
        }
    }

    public void Do(Action<ContainerModel> act)
    {
        lock (gate)
        {
            act(model);
        }
    }
}
