using Holdfast.Firmware.Boards;
using Holdfast.Gateway.Commands.Access;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// The access file in the data folder, read again whenever it changed. Where there never was one, whoever the broker lets publish may do
/// everything; where one is broken or gone, what it last said counts on, and if it never said anything, nobody may do anything. Thread-safe.
/// </summary>
internal sealed class AccessFile(string path)
{
    public const string FileName = "access.json";

    private readonly Lock gate = new();
    private AccessPolicy policy = AccessPolicy.Open;
    private (DateTime At, long Length)? seen;
    private bool everRead;

    /// <summary>In words what is wrong with it; empty: nothing.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The policy of now.</summary>
    /// <param name="changed">Called when it was read anew, or could not be.</param>
    public AccessPolicy Current(Action<string> changed)
    {
        lock (gate)
        {
            var file = new FileInfo(path);
            (DateTime, long)? now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
            if (now != seen)
            {
                seen = now;
                Read(now is not null);
                changed(Problem);
            }

            return policy;
        }
    }

    private void Read(bool exists)
    {
        if (!exists)
        {
            Problem = everRead ? $"the access file {path} is gone: what it last said counts on" : "";
            return;
        }

        var (bytes, unreadable) = BoundedFile.Read(path, AccessReader.LengthMax);
        var (read, wrong) = bytes is null ? (null, unreadable) : AccessReader.Read(bytes);
        if (read is not null)
        {
            (policy, Problem, everRead) = (read, "", true);
            return;
        }

        policy = everRead ? policy : AccessPolicy.Closed;
        Problem =
            $"the access file {path} cannot be used: {wrong}. {(everRead ? "What it last said counts on" : "Nobody may command the rack over MQTT")}";
        everRead = true;
    }
}
