namespace CryptoAspire.Storage.Gold;

/// <summary>The width of a Gold bucket.</summary>
public enum GoldGrain
{
    TenMinutes,
    Hour,
    Day,
}
