using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// A certificate with its key in PEM files, that somebody replaces now and then. What cannot be read, or does not fit together as
/// while it is being replaced, leaves the one before in use.
/// </summary>
public sealed class PemCertificate : IDisposable
{
    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly Lock gate = new();
    private readonly List<X509Certificate2> loaded = [];
    private (DateTime, DateTime) read;

    /// <param name="certificateFile">The first certificate in it is ours.</param>
    /// <param name="keyFile">Not encrypted; may be the same file.</param>
    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public PemCertificate(string certificateFile, string keyFile)
    {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        read = Written();
        loaded.Add(Load());
    }

    /// <summary>Why the files that are there now are not in use; null where they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>The present one; read again when the files have changed. For <see cref="MqttClientOptions.ClientCertificate"/>.</summary>
    public X509Certificate2 Current()
    {
        lock (gate)
        {
            try
            {
                var written = Written();
                if (written != read)
                {
                    var next = Load();
                    read = written;
                    Problem = null;
                    Keep(next);
                }
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                Problem = e.Message;
            }

            return loaded[^1];
        }
    }

    public void Dispose() => loaded.ForEach(certificate => certificate.Dispose());

    private (DateTime, DateTime) Written() =>
        (File.GetLastWriteTimeUtc(certificateFile), File.GetLastWriteTimeUtc(keyFile));

    private X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(certificateFile, keyFile);

    /// <summary>The one before may be in a handshake still; those before it are not.</summary>
    private void Keep(X509Certificate2 next)
    {
        loaded.Add(next);
        while (loaded.Count > 2)
        {
            loaded[0].Dispose();
            loaded.RemoveAt(0);
        }
    }
}
