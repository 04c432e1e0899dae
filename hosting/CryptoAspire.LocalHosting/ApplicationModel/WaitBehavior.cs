namespace Aspire.Hosting.ApplicationModel;

/// <summary>What waiting does when the dependency cannot start.</summary>
public enum WaitBehavior
{
    /// <summary>Keep waiting: the dependency may be started again.</summary>
    WaitOnResourceUnavailable,

    /// <summary>Fail too.</summary>
    StopOnResourceUnavailable,
}
