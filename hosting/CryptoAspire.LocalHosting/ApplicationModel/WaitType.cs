namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The dependency runs and is healthy.</summary>
    WaitUntilHealthy,

    /// <summary>The dependency has ended with the expected exit code.</summary>
    WaitForCompletion,

    /// <summary>The dependency runs.</summary>
    WaitUntilStarted,
}
