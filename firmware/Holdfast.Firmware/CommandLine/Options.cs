using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Options and arguments whose bad values are told in words, with what would be good.</summary>
internal static class Options
{
    /// <summary>A number in a range, with a point where it has decimals: a comma would be taken for thousands.</summary>
    public static Option<T?> Number<T>(string name, string description, T least, T most)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description}, {least} to {most}"),
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (
                    T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && value >= least
                    && value <= most
                )
                {
                    return value;
                }

                result.AddError(
                    string.Create(CultureInfo.InvariantCulture, $"{name} must be {least} to {most}, not '{text}'")
                );
                return null;
            },
        };

    /// <summary>Where something listens or is reached: an address with its port.</summary>
    /// <param name="port">Of the default, on this machine.</param>
    public static Option<IPEndPoint> Endpoint(string name, string description, int port) =>
        new(name)
        {
            Description = $"{description}, ADDRESS:PORT",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
                // 8080, ::1:8080 and 10.1:80 would be taken for addresses too.
                if (IPEndPoint.TryParse(text, out var endpoint) && (text[0] == '[' || $"{endpoint}" == text))
                {
                    return endpoint;
                }

                result.AddError(
                    $"{name} needs an address and a port, as 127.0.0.1:{port}; not '{result.Tokens[0].Value}'"
                );
                return null;
            },
        };

    /// <summary>The name of something in the rack.</summary>
    public static Argument<string> Name(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !Core.Name.IsValid(text))
            {
                result.AddError($"'{text}' is no name: {Core.Name.Rule}");
            }
        });
        return argument;
    }
}
