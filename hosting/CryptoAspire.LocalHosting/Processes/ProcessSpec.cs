namespace CryptoAspire.LocalHosting.Processes;

/// <summary>A process to start.</summary>
internal sealed record ProcessSpec(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>Added to the AppHost's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The signal that asks it to end.</summary>
    public int StopSignal { get; init; } = Signals.Terminate;

    /// <summary>The signal that the kernel sends it when the AppHost dies.</summary>
    public int OrphanSignal { get; init; } = Signals.Kill;

    /// <summary>The account to run as; null for the AppHost's own.</summary>
    public Account? Account { get; init; }

}
