using Holdfast.Firmware.CommandLine;

return await Cli.RunAsync(args);
