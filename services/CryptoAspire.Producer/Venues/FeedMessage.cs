namespace CryptoAspire.Producer.Venues;

/// <summary>One message of a venue, read. Only the part that <see cref="Kind"/> names has a meaning.</summary>
public readonly record struct FeedMessage
{
    public FeedMessageKind Kind { get; private init; }
    public VenueTrade Trade { get; private init; }
    public VenueTicker Ticker { get; private init; }

    /// <summary>Of a heartbeat: the product and its newest trade id.</summary>
    public (string InstrumentId, long LastTradeId) Heartbeat { get; private init; }

    /// <summary>Of a confirmation: the streams or products that now flow.</summary>
    public IReadOnlyList<string>? Subscriptions { get; private init; }

    /// <summary>Of a refusal or an unreadable message: why.</summary>
    public string? Reason { get; private init; }

    public static FeedMessage Ignored => default;

    public static FeedMessage Of(VenueTrade trade) => new() { Kind = FeedMessageKind.Trade, Trade = trade };

    public static FeedMessage Of(VenueTicker ticker) => new() { Kind = FeedMessageKind.Ticker, Ticker = ticker };

    public static FeedMessage Alive(string instrumentId, long lastTradeId) => new() { Kind = FeedMessageKind.Heartbeat, Heartbeat = (instrumentId, lastTradeId) };

    public static FeedMessage Subscribed(IReadOnlyList<string> to) => new() { Kind = FeedMessageKind.Subscribed, Subscriptions = to };

    public static FeedMessage Refused(string reason) => new() { Kind = FeedMessageKind.Refused, Reason = reason };

    public static FeedMessage Invalid(string reason) => new() { Kind = FeedMessageKind.Invalid, Reason = reason };
}
