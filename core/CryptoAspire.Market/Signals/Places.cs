namespace CryptoAspire.Market.Signals;

/// <summary>To how many decimal places values are kept; halves are rounded away from zero, as PostgreSQL does.</summary>
internal static class Places
{
    private const int OfState = 18;
    private const int OfValue = 12;

    public static decimal State(decimal value) => Math.Round(value, OfState, MidpointRounding.AwayFromZero);

    public static decimal Value(decimal value) => Math.Round(value, OfValue, MidpointRounding.AwayFromZero);

    /// <summary>Null when it is no finite number, or too large for one.</summary>
    public static decimal? Value(double value) => Math.Abs(value) < 1e15 ? Value((decimal)value) : null;
}
