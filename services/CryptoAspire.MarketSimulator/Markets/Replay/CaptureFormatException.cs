namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>A file that cannot be replayed: which file, which line, and what was expected there.</summary>
public sealed class CaptureFormatException(string file, long line, string expected, Exception? cause = null)
    : Exception($"Replay:Path: {file}, line {line}: expected {expected}.", cause)
{
    public string File { get; } = file;

    /// <summary>Counted from 1; 0 when the file could not be read at all.</summary>
    public long Line { get; } = line;
}
