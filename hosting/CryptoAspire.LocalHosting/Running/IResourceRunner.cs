using Aspire.Hosting.ApplicationModel;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Takes one instance of a resource through its states.</summary>
internal interface IResourceRunner
{
    IResource Resource { get; }

    string Id { get; }

    /// <summary>Begins; what follows shows in the notifications.</summary>
    void Begin();

    /// <summary>Stops it for good, by force after the patience has run out.</summary>
    Task StopAsync(TimeSpan patience);

    /// <summary>Start, stop or restart.</summary>
    Task<ExecuteCommandResult> ExecuteAsync(string command, CancellationToken cancellationToken);

    /// <summary>Kills it at once.</summary>
    void Kill();
}
