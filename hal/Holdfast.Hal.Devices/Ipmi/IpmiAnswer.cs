namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>A BMC's answer.</summary>
/// <param name="Completion">IPMI 2.0 table 5-2; 0 is success.</param>
/// <param name="Problem">In words why there is no answer; empty: there is one.</param>
internal readonly record struct IpmiAnswer(byte Completion, byte[] Data, string Problem)
{
    public bool Ok => Problem.Length == 0 && Completion == 0;

    public static IpmiAnswer Failed(string problem) => new(0xFF, [], problem);

    /// <summary>What to tell a technician where it is not ok.</summary>
    public string Words => Problem.Length > 0 ? Problem : $"the BMC refuses with completion code {Completion:X2}h";
}
