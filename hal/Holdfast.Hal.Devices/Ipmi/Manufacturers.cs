using System.Globalization;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>Makers of servers by their IANA private enterprise number, as Get Device ID gives it (IPMI 2.0 §20.1).</summary>
internal static class Manufacturers
{
    /// <summary>The name where it is one of the common ones, else the number; empty where the BMC does not say (0).</summary>
    public static string NameOf(int enterprise) =>
        enterprise switch
        {
            0 => "",
            2 => "IBM",
            11 => "HP",
            42 => "Oracle",
            343 => "Intel",
            674 => "Dell",
            2011 => "Huawei",
            5771 => "Cisco",
            7244 => "Quanta",
            10297 => "Advantech",
            10368 => "Fujitsu",
            10876 => "Supermicro",
            15370 => "Gigabyte",
            19046 => "Lenovo",
            20974 => "AMI",
            37945 => "Inspur",
            47196 => "HPE",
            49622 => "ASRock Rack",
            _ => string.Create(CultureInfo.InvariantCulture, $"enterprise {enterprise}"),
        };
}
