using System.Buffers.Binary;
using System.Globalization;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>What a BMC says about itself: Get Device ID (§20.1) and Get System GUID (§22.14); empty text where it says nothing.</summary>
/// <param name="Manufacturer">Its name, or its IANA enterprise number.</param>
/// <param name="Product">The maker's number for it.</param>
public sealed record IpmiIdentity(string Manufacturer, string Product, string Firmware, string SystemId)
{
    private const byte App = 0x06;

    /// <summary>Asks the BMC; null: it did not answer.</summary>
    public static Task<IpmiIdentity?> ReadAsync(IpmiBmc bmc, CancellationToken cancellationToken) =>
        ReadAsync(bmc.AskAsync, cancellationToken);

    internal static async Task<IpmiIdentity?> ReadAsync(AskBmc ask, CancellationToken cancellationToken)
    {
        var device = await ask(App, 0x01, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        if (!device.Ok || device.Data.Length < 11)
        {
            return null;
        }

        var guid = await ask(App, 0x37, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        var data = device.Data;
        return new IpmiIdentity(
            // 20 bits (§20.1).
            Manufacturers.NameOf(data[6] | (data[7] << 8) | ((data[8] & 0x0F) << 16)),
            ProductText(BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(9))),
            // The minor revision is BCD.
            string.Create(CultureInfo.InvariantCulture, $"{data[2] & 0x7F}.{data[3]:X2}"),
            guid.Ok && guid.Data.Length == 16 ? Convert.ToHexStringLower(guid.Data) : ""
        );
    }

    private static string ProductText(int number) =>
        number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"product {number}");
}
