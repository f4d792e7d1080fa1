using System.Text;
using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>A folder with a small good board in it, and what the reader says when something in it is changed.</summary>
internal sealed class BoardFolder : IDisposable
{
    /// <summary>Two nodes in one zone; node-1 is in line 8, node-2 in line 9.</summary>
    public const string Good = """
        {
          "board": 1, "rack": "shed",
          "power": { "budget_w": 500, "budget_reason": "the breaker", "inrush_w": 90, "inrush_reason": "it is fast" },
          "zones": [{ "name": "air", "target_c": 28, "full_c": 35, "critical_c": 42, "resume_c": 32, "min_duty_pct": 25, "failsafe_duty_pct": 100 }],
          "sensors": [{ "name": "inlet", "zone": "air", "chip": "nct6779", "channel": "temp1" }],
          "fans": [{ "name": "fan-1", "zone": "air", "chip": "nct6779", "channel": 1 }],
          "nodes": [
            { "name": "node-1", "zone": "air", "rack_unit": 1, "height": 2, "power_max_w": 200, "inrush_w": 80, "bmc": { "address": "10.0.0.1:623", "user": "admin", "password_file": "bmc.password" }, "wake": { "mac": "02:00:00:00:00:01", "interface": "eth0" }, "presence": { "tcp": "10.0.1.1:22" } },
            { "name": "node-2", "zone": "air", "rack_unit": 3, "height": 2, "power_max_w": 200, "inrush_w": 80, "bmc": { "address": "10.0.0.2:623", "user": "admin", "password_file": "bmc.password" }, "wake": { "mac": "02:00:00:00:00:02", "interface": "eth0" }, "presence": { "tcp": "10.0.1.2:22" } }
          ]
        }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-board-");

    public BoardFolder() => Write("bmc.password", "secret\n");

    public string Main => PathOf("board.json");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>What the reader says of a text as board.json.</summary>
    public BoardResult Load(string text) => BoardLoader.Load(Write("board.json", text));

    /// <summary>The one problem of the good board after a text in it was replaced.</summary>
    public BoardProblem Problem(string replace, string with)
    {
        Assert.Contains(replace, Good, StringComparison.Ordinal);
        var result = Load(Replace(replace, with));
        Assert.Null(result.Board);
        var problem = Assert.Single(result.Problems);
        Assert.Equal(Main, problem.File);
        return problem;
    }

    public static string Replace(string replace, string with)
    {
        var at = Good.IndexOf(replace, StringComparison.Ordinal);
        return Good[..at] + with + Good[(at + replace.Length)..];
    }

    public void Dispose() => folder.Delete(recursive: true);
}
