#!/usr/bin/env dotnet
#:property PublishAot=false

// The project's chores: check, test, bench NAME, rig NAME, image, ci. Run it through build.sh or build.ps1.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

const int Usage = 2;
var root = RootFolder();
Directory.SetCurrentDirectory(root);
return args switch
{
    ["check"] => Check(),
    ["test", .. var more] => Run("dotnet", ["test", .. more]),
    ["bench", var name, .. var more] => Bench(name, more),
    ["rig", var name, .. var more] => Rig(name, more),
    ["image", .. var more] => Image(more),
    ["ci"] => ContinuousIntegration(),
    _ => Help(),
};

static int Help()
{
    Console.Error.WriteLine(
        $"""
        bash build.sh VERB

          check            formatter, then a build with warnings as errors
          test [OPTIONS]   dotnet test
          bench NAME       a benchmark as a table; --json FILE writes its figures, --check fails unless each goal holds
          rig NAME         a real counterpart to try things on: {string.Join(", ", Rigs())}
          image [RID]      the program as one file with its boards, for this machine or a runtime such as linux-arm64
          ci               all that CI does on a fresh Debian: installs the counterparts, checks, tests
        """
    );
    return Usage;
}

static int Check() =>
    InTurn(
        () => Run("dotnet", ["tool", "restore"]),
        () => Run("dotnet", ["csharpier", "check", "."]),
        () => Run("dotnet", ["build", "Holdfast.slnx", "-clp:NoSummary"])
    );

static int Bench(string name, string[] more)
{
    string[] bench = ["run", "--configuration", "Release", "--project", "tests/Holdfast.Benchmarks", "--", name];
    if (name is not ("startup" or "mqtt" or "hostile"))
    {
        return Run("dotnet", [.. bench, .. more]);
    }

    // The program under test is the one that a board gets.
    var folder = $"artifacts/bench/{ThisRuntime()}";
    return InTurn(
        () => Publish(ThisRuntime(), folder),
        () => Run("dotnet", [.. bench, "--program", $"{folder}/holdfast", .. more])
    );
}

static int Rig(string name, string[] more)
{
    if (Rigs().Contains(name))
    {
        return Run("bash", [$"hil/rigs/{name}.sh", .. more]);
    }

    Console.Error.WriteLine($"There is no rig \"{name}\". There are: {string.Join(", ", Rigs())}.");
    return Usage;
}

static IEnumerable<string> Rigs() =>
    Directory.EnumerateFiles("hil/rigs", "*.sh").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

// One archive: the trimmed single file, the boards, the service's unit and the licence.
static int Image(string[] more)
{
    var runtime = more is [var asked] ? asked : ThisRuntime();
    var folder = $"artifacts/image/{runtime}/holdfast";
    var archive = $"artifacts/holdfast-{runtime}.tar.gz";
    if (Publish(runtime, folder) is var exit and not 0)
    {
        Console.Error.WriteLine($"No program for {runtime}: the messages above say what is missing.");
        return exit;
    }

    File.Copy("LICENSE", Path.Combine(folder, "LICENSE"), overwrite: true);
    File.Copy("firmware/holdfast.service", Path.Combine(folder, "holdfast.service"), overwrite: true);
    if (Run("tar", ["-czf", archive, "-C", $"artifacts/image/{runtime}", "holdfast"]) is var packed and not 0)
    {
        return packed;
    }

    var megabytes = new FileInfo(archive).Length / 1e6;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{archive}, {megabytes:0.0} MB"));
    return 0;
}

static int Publish(string runtime, string folder)
{
    if (Directory.Exists(folder))
    {
        Directory.Delete(folder, recursive: true);
    }

    return Run(
        "dotnet",
        [
            "publish",
            "firmware/Holdfast.Firmware",
            "--configuration",
            "Release",
            "--runtime",
            runtime,
            "--output",
            folder,
        ]
    );
}

static string ThisRuntime() => $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

static int ContinuousIntegration()
{
    Environment.SetEnvironmentVariable("HOLDFAST_COUNTERPARTS", "required");
    Environment.SetEnvironmentVariable("HOLDFAST_SEEDS", "200");
    Environment.SetEnvironmentVariable("HOLDFAST_FUZZ_SECONDS", "60");
    Environment.SetEnvironmentVariable("HOLDFAST_OUTAGE_SECONDS", "120");
    var prepared = InTurn(
        () =>
            InstallCounterparts(
                "ipmi_sim openipmi",
                "ipmitool ipmitool",
                "mosquitto mosquitto",
                "mosquitto_pub mosquitto-clients",
                "python3 python3",
                "paho/mqtt/client.py python3-paho-mqtt",
                "paho_c_pub paho.mqtt.c-examples",
                "node nodejs",
                "npm npm",
                "chromium chromium",
                "curl curl",
                "jinja2/__init__.py python3-jinja2",
                "rabbitmq-server rabbitmq-server",
                "libisal.so.2 libisal2",
                "libOpenCL.so.1 ocl-icd-libopencl1",
                "pocl.icd pocl-opencl-icd"
            ),
        Check,
        () => Bench("startup", ["--rounds", "1"]),
        () => Bench("erasure", ["--rounds", "1"])
    );
    return prepared != 0 ? prepared : TestAndCount();
}

// Each as "file package", the file a program, a library, a module of python3 or an OpenCL driver's entry; only what is missing is installed.
static int InstallCounterparts(params string[] counterparts)
{
    string[] folders =
    [
        .. Environment.GetEnvironmentVariable("PATH")!.Split(':'),
        "/usr/sbin",
        .. Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu"),
        "/etc/OpenCL/vendors",
        "/usr/lib/python3/dist-packages",
    ];
    string[] missing =
    [
        .. counterparts
            .Select(counterpart => counterpart.Split(' '))
            .Where(pair => !folders.Any(folder => File.Exists(Path.Combine(folder, pair[0]))))
            .Select(pair => pair[1]),
    ];
    if (missing.Length == 0)
    {
        return 0;
    }

    Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
    return InTurn(
        () => Run("apt-get", ["update", "-q"]),
        () => Run("apt-get", ["install", "-q", "-y", "--no-install-recommends", .. missing])
    );
}

// Exactly the newcomer's test command; the counts come from its own summary.
static int TestAndCount()
{
    var counts = new Dictionary<string, int>
    {
        ["succeeded"] = 0,
        ["failed"] = 0,
        ["skipped"] = 0,
    };
    var exit = Run(
        "dotnet",
        ["test"],
        line =>
        {
            if (Regex.Match(line, @"^\s+(succeeded|failed|skipped): (\d+)") is { Success: true } count)
            {
                counts[count.Groups[1].Value] = int.Parse(count.Groups[2].Value, CultureInfo.InvariantCulture);
            }
        }
    );
    var skipped = counts["skipped"] > 0 ? $", {counts["skipped"]} skipped" : "";
    Console.WriteLine($"{counts["succeeded"]} passed, {counts["failed"]} failed{skipped}");
    return exit != 0 ? exit
        : counts["succeeded"] == 0 ? 1
        : 0;
}

static int InTurn(params Func<int>[] steps)
{
    foreach (var step in steps)
    {
        if (step() is var exit and not 0)
        {
            return exit;
        }
    }

    return 0;
}

static int Run(string program, IEnumerable<string> arguments, Action<string>? read = null)
{
    Console.WriteLine($"$ {program} {string.Join(' ', arguments)}");
    var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = read is not null };
    using var process = Process.Start(start)!;
    if (read is not null)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            Console.WriteLine(line);
            read(line);
        }
    }

    process.WaitForExit();
    return process.ExitCode;
}

static string RootFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
    Path.GetDirectoryName(file)!;
