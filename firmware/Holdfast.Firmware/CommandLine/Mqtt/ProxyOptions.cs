using System.CommandLine;
using Holdfast.Mqtt.Client;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>The HTTP proxy that leads to the broker.</summary>
internal static class ProxyOptions
{
    private static readonly Option<string?> Proxy = new("--proxy")
    {
        Description = "An HTTP proxy to go through, http://[USER@]HOST:PORT",
        HelpName = "URL",
    };

    private static readonly Option<string?> ProxyPasswordFile = new("--proxy-password-file")
    {
        Description = "The file with the proxy's password",
        HelpName = "FILE",
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(Proxy);
        command.Options.Add(ProxyPasswordFile);
    }

    /// <exception cref="MqttUsageException">It is no address of one, or the file cannot be read; in words.</exception>
    public static MqttProxy? Read(ParseResult parsed)
    {
        if (parsed.GetValue(Proxy) is not { } text)
        {
            MqttUsageException.Unless(
                parsed.GetValue(ProxyPasswordFile) is null,
                "--proxy-password-file needs --proxy"
            );
            return null;
        }

        var good =
            Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.PathAndQuery == "/";
        MqttUsageException.Unless(good, "--proxy needs an address such as http://proxy.example:3128");
        MqttUsageException.Unless(
            !uri!.UserInfo.Contains(':'),
            "--proxy takes no password, which would be shown; use --proxy-password-file"
        );
        return new MqttProxy(uri.DnsSafeHost, uri.Port)
        {
            UserName = uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(uri.UserInfo) : null,
            Password = SecretFile.Read(parsed.GetValue(ProxyPasswordFile)),
        };
    }
}
