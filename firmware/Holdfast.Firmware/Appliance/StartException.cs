namespace Holdfast.Firmware.Appliance;

/// <summary>The appliance cannot start. The message is for the technician: what is wrong, and what to do.</summary>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
