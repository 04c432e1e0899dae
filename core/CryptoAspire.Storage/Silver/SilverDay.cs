namespace CryptoAspire.Storage.Silver;

/// <summary>One day's partition of Silver.</summary>
/// <param name="Day">The day of the rows' event time, UTC.</param>
/// <param name="Name">The table.</param>
/// <param name="CreatedAt">When it was made; long after the day for a replay.</param>
/// <param name="Bytes">Its size with indexes.</param>
public sealed record SilverDay(DateOnly Day, string Name, DateTimeOffset CreatedAt, long Bytes)
{
    /// <summary>From when on its age counts: the end of the day, or when it was made where that was later, so that a replay of 2024 is kept
    /// as long as what came live.</summary>
    public DateTimeOffset KeptFrom => Max(new DateTimeOffset(Day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), CreatedAt);

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
