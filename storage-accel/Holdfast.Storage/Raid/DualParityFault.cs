namespace Holdfast.Storage.Raid;

/// <summary>Which stored parity isn't what the data gives.</summary>
[Flags]
public enum DualParityFault
{
    None = 0,
    P = 1,
    Q = 2,

    /// <summary>Neither fits: then most likely data is wrong, not parity.</summary>
    Both = P | Q,
}
