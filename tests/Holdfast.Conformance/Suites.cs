using System.Net;

namespace Holdfast.Conformance;

/// <summary>Finds the public suites below a folder and runs each against a broker that is set up as it expects.</summary>
internal static class Suites
{
    private const int SequencesGoal = 1_483;

    /// <summary>The reference broker of Paho's suite passes as many.</summary>
    private const int PahoGoal = 36;

    private static readonly string PahoFolder = "interoperability";
    private static readonly string SequenceFolder = Path.Combine("test", "broker", "data");

    public static async Task<int> RunAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var paho = Find(folder, Path.Combine(PahoFolder, PahoSuite.Scripts[0]));
        var mosquitto = Find(folder, Path.Combine(SequenceFolder, "CONNECT.json"));
        if (paho is null && mosquitto is null)
        {
            await Console.Error.WriteLineAsync(
                $"{folder.FullName} holds no suite: name the checkout of eclipse-paho/paho.mqtt.testing or of eclipse/mosquitto, or a folder with both in it"
            );
            return 2;
        }

        var results = new List<SuiteResult>();
        if (mosquitto is not null)
        {
            results.Add(await SequencesAsync(Path.Combine(mosquitto, SequenceFolder), cancellationToken));
        }

        if (paho is not null)
        {
            results.Add(await PahoAsync(Path.Combine(paho, PahoFolder), cancellationToken));
        }

        results.ForEach(result => Console.WriteLine(result));
        return results.TrueForAll(result => result.IsReached) ? 0 : 1;
    }

    /// <summary>Plays all sequences of a folder against a broker that is already there.</summary>
    public static async Task<SuiteResult> PlayAsync(string folder, EndPoint broker, CancellationToken cancellationToken)
    {
        var player = new SequencePlayer(broker);
        var passed = 0;
        var total = 0;
        foreach (
            var sequence in Directory
                .EnumerateFiles(folder, "*.json")
                .Order(StringComparer.Ordinal)
                .SelectMany(SequenceFile.Read)
        )
        {
            total++;
            if (await player.PlayAsync(sequence, cancellationToken) is { } difference)
            {
                Console.WriteLine($"{sequence.Name}: {difference}");
            }
            else
            {
                passed++;
            }
        }

        return new SuiteResult("mosquitto's packet sequences", passed, total, SequencesGoal);
    }

    private static async Task<SuiteResult> SequencesAsync(string folder, CancellationToken cancellationToken)
    {
        await using var broker = await SuiteBroker.StartAsync(SuiteBroker.Mosquitto, cancellationToken);
        return await PlayAsync(folder, broker.EndPoint, cancellationToken);
    }

    private static async Task<SuiteResult> PahoAsync(string folder, CancellationToken cancellationToken)
    {
        var sum = new SuiteResult("Paho's client tests", 0, 0, PahoGoal);
        foreach (var script in PahoSuite.Scripts)
        {
            await using var broker = await SuiteBroker.StartAsync(SuiteBroker.Paho, cancellationToken);
            var (passed, total) = await PahoSuite.RunAsync(folder, script, broker.EndPoint, cancellationToken);
            Console.WriteLine($"{script}: {passed}/{total}");
            sum = sum with { Passed = sum.Passed + passed, Total = sum.Total + total };
        }

        return sum;
    }

    /// <summary>The folder itself or one directly in it that holds the file; null: none.</summary>
    private static string? Find(DirectoryInfo folder, string file) =>
        !folder.Exists
            ? null
            : folder
                .EnumerateDirectories()
                .Select(child => child.FullName)
                .Order(StringComparer.Ordinal)
                .Prepend(folder.FullName)
                .FirstOrDefault(path => File.Exists(Path.Combine(path, file)));
}
