using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Firmware.Http;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Talks to a running appliance.</summary>
internal sealed class ApiClient(Uri url, string? token) : IDisposable
{
    /// <summary>Commands are followed by requests that wait this long each.</summary>
    public const int WaitSeconds = 20;

    /// <summary>A thousand events are 300 KB.</summary>
    private const int DocumentLengthMax = 16 * 1024 * 1024;

    private readonly HttpClient http = New(url, token);

    /// <summary>The document and its text as it came.</summary>
    public Task<(T Document, string Json)> GetAsync<T>(string path, JsonTypeInfo<T> form, CancellationToken stop) =>
        ReadAsync(() => http.GetAsync(new Uri(path, UriKind.Relative), stop), form, stop);

    public async Task<CommandDocument> PostAsync<T>(string path, T body, JsonTypeInfo<T> form, CancellationToken stop)
    {
        var (document, _) = await ReadAsync(
            () => http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, form, stop),
            ApiJson.Default.CommandDocument,
            stop
        );
        return document;
    }

    public void Dispose() => http.Dispose();

    private static HttpClient New(Uri url, string? token)
    {
        // A proxy of the technician's office knows nothing of this machine.
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = !url.IsLoopback })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(WaitSeconds + 10),
            MaxResponseContentBufferSize = DocumentLengthMax,
        };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    private async Task<(T Document, string Json)> ReadAsync<T>(
        Func<Task<HttpResponseMessage>> send,
        JsonTypeInfo<T> form,
        CancellationToken stop
    )
    {
        try
        {
            using var response = await send();
            var json = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(stop));
            if (!response.IsSuccessStatusCode)
            {
                throw new ApiException(ProblemOf(response.StatusCode, json), ExitCodeOf(response.StatusCode));
            }

            return (JsonSerializer.Deserialize(json, form) ?? throw new JsonException(), json);
        }
        catch (JsonException)
        {
            throw new ApiException($"what answers at {http.BaseAddress} is no Holdfast", ExitCode.NotReachable);
        }
        catch (HttpRequestException e)
        {
            throw new ApiException(
                $"no appliance answers at {http.BaseAddress} ({e.Message}). Is it running? 'holdfast run' starts it, --url names another",
                ExitCode.NotReachable
            );
        }
    }

    /// <exception cref="JsonException">It is no problem document.</exception>
    private static string ProblemOf(HttpStatusCode status, string json)
    {
        var problem = JsonSerializer.Deserialize(json, ApiJson.Default.ProblemDocument) ?? throw new JsonException();
        return status == HttpStatusCode.Unauthorized
            ? $"{problem.Title.ToLowerInvariant()}, or this one is wrong: name a file that holds it with --token-file"
            : problem
                .Detail.Replace("GET /api/v1/nodes lists", "'holdfast nodes' lists", StringComparison.Ordinal)
                .Replace("GET /api/v1/rack lists", "'holdfast status' lists", StringComparison.Ordinal);
    }

    private static int ExitCodeOf(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Conflict => ExitCode.NotDone,
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest => ExitCode.Usage,
            _ => ExitCode.NotReachable,
        };
}

/// <summary>The appliance did not do it; the message says why.</summary>
internal sealed class ApiException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
