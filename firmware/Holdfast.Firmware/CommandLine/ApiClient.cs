using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Firmware.Http;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Talks to a running appliance.</summary>
internal sealed class ApiClient(Uri url, string? token) : IDisposable
{
    /// <summary>Commands are followed by requests that wait this long each.</summary>
    public const int WaitSeconds = 20;

    private readonly HttpClient http = New(url, token);

    /// <summary>The document and its text as it came.</summary>
    public async Task<(T Document, string Json)> GetAsync<T>(string path, JsonTypeInfo<T> form, CancellationToken stop)
    {
        using var response = await SendAsync(() => http.GetAsync(new Uri(path, UriKind.Relative), stop));
        var json = await response.Content.ReadAsStringAsync(stop);
        return response.IsSuccessStatusCode
            ? (System.Text.Json.JsonSerializer.Deserialize(json, form)!, json)
            : throw new ApiException(await ProblemOfAsync(response, stop), ExitCodeOf(response.StatusCode));
    }

    public async Task<CommandDocument> PostAsync<T>(string path, T body, JsonTypeInfo<T> form, CancellationToken stop)
    {
        using var response = await SendAsync(() =>
            http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, form, stop)
        );
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync(ApiJson.Default.CommandDocument, stop))!
            : throw new ApiException(await ProblemOfAsync(response, stop), ExitCodeOf(response.StatusCode));
    }

    public void Dispose() => http.Dispose();

    private static HttpClient New(Uri url, string? token)
    {
        var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(WaitSeconds + 10) };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            return await send();
        }
        catch (HttpRequestException e)
        {
            throw new ApiException(
                $"no appliance answers at {http.BaseAddress} ({e.Message}). Is it running? 'holdfast run' starts it, --url names another",
                ExitCode.NotReachable
            );
        }
    }

    private static async Task<string> ProblemOfAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDocument, stop);
            return problem?.Detail.TrimEnd('.') ?? response.ReasonPhrase ?? "";
        }
        catch (System.Text.Json.JsonException)
        {
            return $"{(int)response.StatusCode} {response.ReasonPhrase}: this is no Holdfast";
        }
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
