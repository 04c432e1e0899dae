namespace CryptoAspire.Producer.History.Import;

/// <summary>Shows how far an import is.</summary>
internal interface IImportProgress
{
    /// <param name="length">What positions reach at the end.</param>
    void Begin(string name, long length);

    void At(long position, long rows);

    /// <summary>All is read; the database merges it.</summary>
    void Merging(long rows);

    void End();

    /// <summary>A line that stays.</summary>
    void Say(string line);
}
