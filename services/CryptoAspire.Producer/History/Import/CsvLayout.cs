namespace CryptoAspire.Producer.History.Import;

/// <summary>Which field of a comma-separated row is what. Places count from 0.</summary>
internal sealed record CsvLayout
{
    /// <summary>The fields' names, for the report; as many as a row must have.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Lines before the first row.</summary>
    public int HeadLines { get; init; }

    public required int Time { get; init; }

    public required TimeReader ReadTime { get; init; }

    /// <summary>What a time looks like, for the report.</summary>
    public required string TimeExample { get; init; }

    /// <summary>A second time that must say the same as the first.</summary>
    public int? Date { get; init; }

    /// <summary>When the candle ends, less the unit of the time; with <see cref="LengthUs"/>.</summary>
    public int? CloseTime { get; init; }

    /// <summary>The candles' length where the file says it.</summary>
    public long LengthUs { get; init; }

    /// <summary>Where the pair is named; every row must name the same as the first.</summary>
    public int? Symbol { get; init; }

    public required int Open { get; init; }

    public required int High { get; init; }

    public required int Low { get; init; }

    public required int Close { get; init; }

    public int? Volume { get; init; }

    public int? Notional { get; init; }

    public int? BuyVolume { get; init; }

    public int? Trades { get; init; }
}
