using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.OpenCl;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary><c>holdfast storage devices</c>: which of its kernels the processor runs, and what OpenCL finds beside it.</summary>
internal static class DevicesCommand
{
    public static Command Create(Terminal terminal) =>
        Storing.With(
            terminal,
            new Command("devices", "Say which kernels this processor runs and which OpenCL devices there are"),
            (storing, _, _) => Task.FromResult(Show(storing, OpenClDevices.Find()))
        );

    private static int Show(Storing storing, OpenClSearch search)
    {
        var document = DevicesDocument.Of(search);
        if (storing.Json)
        {
            storing.Terminal.Output.WriteLine(JsonSerializer.Serialize(document, StorageJson.Default.DevicesDocument));
            return ExitCode.Ok;
        }

        storing.Terminal.Output.WriteLine(
            $"kernel   {document.Kernel}, of {string.Join(", ", document.Kernels)}; {KernelSelector.Variable} forces one"
        );
        storing.Terminal.Output.WriteLine($"cores    {document.Cores}");
        storing.Terminal.Output.WriteLine($"OpenCL   {Terminal.Clean(search.Finding)}");
        if (document.Devices.Count > 0)
        {
            storing.Terminal.Console().Write(TableOf(document.Devices));
        }

        return ExitCode.Ok;
    }

    private static Table TableOf(IReadOnlyList<DeviceDocument> devices)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Device", "Kind", "Units", "Memory", "Unfit");
        foreach (var device in devices)
        {
            string[] cells =
            [
                device.Name,
                device.Kind,
                device.ComputeUnits.ToString(CultureInfo.InvariantCulture),
                ByteLength.Text(device.Memory),
                device.Unfit ?? "",
            ];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Terminal.Clean(cell)))]);
        }

        return table;
    }
}
