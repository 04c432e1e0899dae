namespace CryptoAspire.Producer.Rest;

/// <summary>A budget that all producers behind one address share.</summary>
public interface ISharedBudget
{
    /// <summary>Takes the weight, or says how long to wait before asking again; null when nobody can be asked.</summary>
    ValueTask<TimeSpan?> TakeAsync(string venue, RestLimit limit, int weight, CancellationToken cancellation);

    /// <summary>The venue wants a pause: everybody's.</summary>
    void Block(string venue, TimeSpan pause);
}
