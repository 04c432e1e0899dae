namespace CryptoAspire.Market;

/// <summary>The length of a candle; the value is its number of seconds. Buckets are [start, end), aligned to the Unix epoch, UTC.</summary>
public enum Interval
{
    OneMinute = 60,
    FiveMinutes = 300,
    FifteenMinutes = 900,
    OneHour = 3600,
    FourHours = 14400,
    OneDay = 86400,
}
