namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>What is to be read of one file: the file itself, what is in a .gz, or one entry of a .zip.</summary>
/// <param name="File">Its path.</param>
/// <param name="Entry">The name inside a zip; empty for any other.</param>
/// <param name="Stream">Its content.</param>
/// <param name="Length">What <paramref name="Position"/> reaches at the end.</param>
/// <param name="Position">How far it is read.</param>
internal sealed record HistoryContent(string File, string Entry, ContentStream Stream, long Length, Func<long> Position)
{
    /// <summary>For people.</summary>
    public string Name => Entry.Length > 0 ? $"{Path.GetFileName(File)}/{Entry}" : Path.GetFileName(File);

    /// <summary>The name that hints are taken from before all others.</summary>
    public string OwnName => Entry.Length > 0 ? Entry : Path.GetFileName(File);
}
