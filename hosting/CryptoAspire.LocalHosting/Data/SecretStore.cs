using System.Text.Encodings.Web;
using System.Text.Json;

namespace CryptoAspire.LocalHosting;

/// <summary>Generated values that must be the same at the next start, in a file that only its owner can read.</summary>
internal sealed class SecretStore(string file)
{
    // A value is copied from here by hand: + is +, not \u002B, and each has its line.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    private readonly Lock _lock = new();

    public string GetOrAdd(string name, Func<string> create)
    {
        lock (_lock)
        {
            var secrets = Read();
            if (secrets.TryGetValue(name, out var known))
            {
                return known;
            }

            var value = secrets[name] = create();
            Write(secrets);
            return value;
        }
    }

    private Dictionary<string, string> Read() => File.Exists(file)
        ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) ?? []
        : [];

    private void Write(Dictionary<string, string> secrets)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var next = file + ".new";
        File.Delete(next);
        using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            JsonSerializer.Serialize(stream, secrets, Plain);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, file, overwrite: true);
    }
}
