using System.Text.RegularExpressions;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>The output of one process: into its file, to the terminal, and the last lines kept for the reason of a failure.</summary>
internal sealed partial class ResourceLog : IDisposable
{
    private const int Kept = 40;
    private const long MaxBytes = 50_000_000;
    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private readonly ResourceTerminal _terminal;
    private readonly string _id;
    private StreamWriter? _file;
    private long _written;

    public ResourceLog(string folder, string id, ResourceTerminal terminal)
    {
        Directory.CreateDirectory(folder);
        FilePath = Path.Combine(folder, $"{id}.log");
        _id = id;
        _terminal = terminal;
        Open();
    }

    public string FilePath { get; }

    /// <summary>A line of the process.</summary>
    public void Line(string line)
    {
        var plain = Escapes().Replace(line, "");
        Write(plain);
        _terminal.ResourceLine(_id, line, plain);
    }

    /// <summary>A line of the host about the process: only for its file.</summary>
    public void Note(string line) => Write($"[apphost] {line}");

    private void Write(string plain)
    {
        lock (_lock)
        {
            if (!string.IsNullOrWhiteSpace(plain))
            {
                _last.Enqueue(plain.Trim());
                if (_last.Count > Kept)
                {
                    _last.Dequeue();
                }
            }

            _written += plain.Length + 1;
            if (_written > MaxBytes)
            {
                Open();
            }

            _file?.WriteLine(plain);
        }
    }

    /// <summary>The line that most likely says why the process ended: the last one that speaks of an error, else the last.</summary>
    public string? LikelyReason()
    {
        lock (_lock)
        {
            return _last.LastOrDefault(l => ErrorWords().IsMatch(l) && !l.StartsWith("at ", StringComparison.Ordinal)) ?? _last.LastOrDefault();
        }
    }

    /// <summary>Forgets the kept lines: a new process begins.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _last.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Open()
    {
        _file?.Dispose();
        if (File.Exists(FilePath))
        {
            File.Move(FilePath, FilePath + ".1", overwrite: true);
        }

        _file = new StreamWriter(FilePath, append: false) { AutoFlush = true };
        _written = 0;
    }

    [GeneratedRegex(@"\x1B\[[0-9;?]*[ -/]*[@-~]")]
    private static partial Regex Escapes();

    [GeneratedRegex("error|fail|exception|fatal|panic|unhandled", RegexOptions.IgnoreCase)]
    private static partial Regex ErrorWords();
}
