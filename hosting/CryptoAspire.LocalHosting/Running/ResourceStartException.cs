namespace CryptoAspire.LocalHosting.Running;

/// <summary>A resource cannot start: why, and the command or setting that helps.</summary>
internal sealed class ResourceStartException(string reason, string? remedy = null)
    : Exception(remedy is null ? reason : $"{reason}. Remedy: {remedy}");
