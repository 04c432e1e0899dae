namespace CryptoAspire.Producer.Feeds;

/// <summary>The outcome of the decision where data comes from.</summary>
/// <param name="Mode">Never <see cref="FeedMode.Auto"/>.</param>
/// <param name="Reason">Why, in words for the log and the screen.</param>
public sealed record FeedPlan(FeedMode Mode, string Reason)
{
    /// <summary>What a record's source ends with, so that data which is not live never looks as if it were.</summary>
    public string SourceSuffix => Mode switch
    {
        FeedMode.Simulated => "-sim",
        FeedMode.Replay => "-replay",
        _ => "",
    };
}
