namespace CryptoAspire.Api.Contracts;

/// <summary>What was sent again.</summary>
/// <param name="Reinjected">Their ids.</param>
/// <param name="More">Whether the filter has further records.</param>
public sealed record ReinjectAnswer(IReadOnlyList<long> Reinjected, bool More);
