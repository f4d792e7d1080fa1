using System.Diagnostics;
using System.Text.Json;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests.HomeAssistant;

/// <summary>Debian's Jinja2, which is what Home Assistant renders templates with.</summary>
internal static class Jinja
{
    private const string Python = "/usr/bin/python3";

    private const string Program = """
        import json, sys
        try:
            import jinja2
        except ImportError:
            sys.exit(3)
        for template, payload in json.load(sys.stdin):
            print(jinja2.Environment().from_string(template).render(value_json=json.loads(payload), value=payload))
        """;

    /// <summary>Each template rendered with its payload as <c>value_json</c>.</summary>
    public static async Task<IReadOnlyList<string>> RenderAsync(IEnumerable<(string Template, string Payload)> cases)
    {
        if (!File.Exists(Python))
        {
            throw Counterpart.Missing("python3", "python3");
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var python = Process.Start(
            new ProcessStartInfo(Python, ["-c", Program])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            }
        )!;
        await python.StandardInput.WriteAsync(
            JsonSerializer.Serialize(cases.Select(c => new[] { c.Template, c.Payload }))
        );
        python.StandardInput.Close();
        var output = await python.StandardOutput.ReadToEndAsync(patience.Token);
        await python.WaitForExitAsync(patience.Token);
        return python.ExitCode switch
        {
            0 => output.TrimEnd('\n').Split('\n'),
            3 => throw Counterpart.Missing("Jinja2 of python3", "python3-jinja2"),
            _ => throw new InvalidOperationException($"python3 ended with {python.ExitCode}"),
        };
    }
}
