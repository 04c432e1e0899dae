namespace CryptoAspire.Market.Context;

/// <summary>One day's mood of the market: a record of the topic <c>sentiment</c>.</summary>
public sealed record Sentiment
{
    /// <summary>Topic and table.</summary>
    public const string Topic = "sentiment";

    public required string Source { get; init; }

    /// <summary>The UTC day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>0 (extreme fear) to 100 (extreme greed).</summary>
    public required int Value { get; init; }

    /// <summary>The index's word for the value: Extreme Fear, Fear, Neutral, Greed, Extreme Greed.</summary>
    public required string Classification { get; init; }
}
