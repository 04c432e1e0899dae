namespace CryptoAspire.Storage.Jobs;

/// <summary>How far a run has come.</summary>
public enum RunOutcome
{
    Queued,
    Running,
    Succeeded,
    Failed,

    /// <summary>Stopped because it took longer than its job may.</summary>
    TimedOut,

    /// <summary>Stopped because somebody asked for its end.</summary>
    Cancelled,

    /// <summary>Its process died or was stopped in the middle.</summary>
    Abandoned,
}
