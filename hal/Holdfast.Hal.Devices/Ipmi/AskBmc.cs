namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>One question to a BMC: <see cref="IpmiBmc.AskAsync"/>, or what stands in its place.</summary>
internal delegate Task<IpmiAnswer> AskBmc(
    byte function,
    byte command,
    ReadOnlyMemory<byte> data,
    CancellationToken cancellationToken
);
