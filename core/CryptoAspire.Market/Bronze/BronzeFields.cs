namespace CryptoAspire.Market.Bronze;

/// <summary>What <see cref="BronzeReader"/> has seen of one value so far.</summary>
internal struct BronzeFields
{
    public long? Version;
    public bool? Kind;
    public long? Timestamp;
    public long? EventTimeUs;
    public long? ReceivedUs;
    public Symbol? Symbol;
    public string? Source;
    public decimal? Price;
    public decimal? Size;
    public bool? Side;
    public long? TradeId;
    public decimal? Bid;
    public decimal? Ask;
    public decimal? Volume24h;
    public long? Iteration;

    /// <summary>The record; only after the fields passed the reader's check.</summary>
    public readonly BronzeRecord ToRecord()
    {
        var isTrade = Kind == true;
        return new BronzeRecord
        {
            Kind = isTrade ? BronzeKind.Trade : BronzeKind.Ticker,
            Symbol = Symbol!,
            Source = Source!,
            Timestamp = Timestamp ?? EventTimeUs!.Value / 1000,
            EventTimeUs = EventTimeUs ?? Timestamp!.Value * 1000,
            ReceivedUs = ReceivedUs ?? 0,
            Price = Price!.Value,
            Size = isTrade ? Size!.Value : 0,
            Side = Side == false ? Market.Side.Sell : Market.Side.Buy,
            TradeId = isTrade ? TradeId!.Value : 0,
            Bid = Bid,
            Ask = Ask,
            Volume24h = Volume24h,
            Iteration = Iteration ?? 0,
        };
    }
}
