using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Holdfast.Storage.Kernels;
using Spectre.Console;

namespace Holdfast.Firmware.CommandLine.Storage;

/// <summary>What all storage commands have in common: the form of the answer, the words for failures, the sign of life.</summary>
internal sealed class Storing(Terminal terminal, bool json)
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs" };

    public Terminal Terminal => terminal;

    public static Command With(
        Terminal terminal,
        Command command,
        Func<Storing, ParseResult, CancellationToken, Task<int>> work
    )
    {
        command.Options.Add(Json);
        command.SetAction((parsed, stop) => RunAsync(new Storing(terminal, parsed.GetValue(Json)), parsed, work, stop));
        return command;
    }

    /// <summary>Of an argument that names a file or a folder.</summary>
    public static Argument<string> PathNamed(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} needs a name");
            }
        });
        return argument;
    }

    /// <summary>As it stands on the command line, made absolute.</summary>
    public static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public void Print(StorageDocument document, string summary)
    {
        if (json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(document, StorageJson.Default.StorageDocument));
            return;
        }

        if (document.Shards.Any(shard => shard.State is not ShardDocument.Intact))
        {
            terminal.Console().Write(TableOf(document.Shards));
        }

        terminal.Output.WriteLine(Terminal.Clean(summary));
    }

    /// <summary>What should be looked at, though the command has done its work.</summary>
    public void Warn(string what) => terminal.Fail(what, ExitCode.Ok);

    /// <summary>With a bar, where somebody looks on.</summary>
    /// <param name="total">In bytes; null: unknown.</param>
    public async Task<T> ShowAsync<T>(string title, long? total, Func<IProgress<long>?, Task<T>> work)
    {
        if (json || !terminal.IsPerson)
        {
            return await work(null);
        }

        return await terminal
            .Console()
            .Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(Markup.Escape(Terminal.Clean(title)), maxValue: Math.Max(1, total ?? 1));
                task.IsIndeterminate = total is null;
                return await work(new Bar(task, total is null));
            });
    }

    private static async Task<int> RunAsync(
        Storing storing,
        ParseResult parsed,
        Func<Storing, ParseResult, CancellationToken, Task<int>> work,
        CancellationToken stop
    )
    {
        try
        {
            _ = KernelSelector.Tier;
        }
        catch (NotSupportedException e)
        {
            return storing.Terminal.Fail(e.Message, ExitCode.Usage);
        }

        try
        {
            return await work(storing, parsed, stop);
        }
        catch (StorageException e)
        {
            return storing.Terminal.Fail(e.Message, e.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return storing.Terminal.Fail(e.Message, ExitCode.NotDone);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return storing.Terminal.Fail("stopped; what was half done is removed", ExitCode.NotDone);
        }
    }

    private static Table TableOf(IReadOnlyList<ShardDocument> shards)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Shard", "File", "State", "Found");
        foreach (var shard in shards.Where(shard => shard.State != ShardDocument.Intact))
        {
            string[] cells =
            [
                shard.Index.ToString(CultureInfo.InvariantCulture),
                shard.File ?? "",
                shard.State,
                shard.Problem,
            ];
            table.AddRow([.. cells.Select(cell => Markup.Escape(Terminal.Clean(cell)))]);
        }

        return table;
    }

    private sealed class Bar(ProgressTask task, bool grows) : IProgress<long>
    {
        public void Report(long value)
        {
            if (grows)
            {
                task.MaxValue = Math.Max(1, value);
            }

            task.Value = value;
        }
    }
}
