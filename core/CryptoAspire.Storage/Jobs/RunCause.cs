namespace CryptoAspire.Storage.Jobs;

/// <summary>Why a run was queued.</summary>
public enum RunCause
{
    /// <summary>Its time had come.</summary>
    Schedule,

    /// <summary>A job that it depends on wrote something.</summary>
    After,

    /// <summary>Somebody asked for it.</summary>
    Request,

    /// <summary>Somebody asked for a range of the past to be done again.</summary>
    Backfill,

    /// <summary>An earlier attempt did not succeed.</summary>
    Retry,
}
