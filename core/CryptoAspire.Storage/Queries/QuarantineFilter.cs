namespace CryptoAspire.Storage.Queries;

/// <summary>Which refused records; null takes all.</summary>
public sealed record QuarantineFilter
{
    /// <summary>Their topic.</summary>
    public string? Topic { get; init; }

    /// <summary>Part of the reason, in any case.</summary>
    public string? Reason { get; init; }

    /// <summary>Refused at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Refused before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Those that were sent again, or those that were not.</summary>
    public bool? Reinjected { get; init; }

    /// <summary>Only those with a lower id.</summary>
    public long Before { get; init; } = long.MaxValue;
}
