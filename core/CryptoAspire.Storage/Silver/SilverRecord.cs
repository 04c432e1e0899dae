using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>A valid Bronze record with its offset. Fields, so that the hot loop passes the large record by reference.</summary>
internal readonly struct SilverRecord(long offset, in BronzeRecord record)
{
    public readonly long Offset = offset;

    public readonly BronzeRecord Record = record;
}
