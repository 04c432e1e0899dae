namespace CryptoAspire.Storage.History;

/// <summary>A file that history is read from.</summary>
/// <param name="Name">Without folders.</param>
/// <param name="Entry">The name inside a zip; empty for any other.</param>
/// <param name="Sha256">Of the file as it lies on the disk.</param>
public sealed record HistoryFile(string Name, string Entry, byte[] Sha256);
