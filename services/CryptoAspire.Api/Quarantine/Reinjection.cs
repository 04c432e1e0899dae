using System.Globalization;
using System.Text;
using Confluent.Kafka;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Quarantine;

/// <summary>
/// Sends refused records to their topics again. As it came, a record goes to the partition that it came from, with its key; mended, it goes
/// where its symbol belongs. There it is a new record with an offset of its own, so the ledger counts both: one quarantined, one in Silver.
/// </summary>
internal sealed class Reinjection(QuarantineSteering quarantine, IProducer<byte[], byte[]> kafka)
{
    /// <summary>Header with the id of the row in the quarantine.</summary>
    public const string OriginHeader = "quarantine-id";

    /// <summary>Why a value would be refused again; null when it would not.</summary>
    public static string? MistakeIn(byte[] value) => new BronzeReader().TryRead(value, out _, out var reason) ? null : reason;

    /// <summary>Sends one record and marks it.</summary>
    /// <param name="id">Its id in the quarantine.</param>
    /// <param name="who">Who asks.</param>
    /// <param name="mended">Another value; null sends it as it came.</param>
    /// <param name="cancel">Stops it before it is sent.</param>
    /// <returns>False: there is none, or it had been sent already.</returns>
    /// <exception cref="KafkaException">Kafka did not take it; it is as it was.</exception>
    public Task<bool> SendAsync(long id, string who, byte[]? mended, CancellationToken cancel) =>
        quarantine.ReinjectAsync(id, who, mended is not null, record => ProduceAsync(record, mended, cancel), cancel);

    private async Task<(int Partition, long Offset)> ProduceAsync(QuarantinedRecord record, byte[]? mended, CancellationToken cancel)
    {
        var message = new Message<byte[], byte[]>
        {
            Key = (mended is null ? record.Key : KeyOf(mended))!,
            Value = mended ?? record.Value!,
            Headers = [new Header(OriginHeader, Encoding.ASCII.GetBytes(record.Id.ToString(CultureInfo.InvariantCulture)))],
        };
        var result = mended is null
            ? await kafka.ProduceAsync(new TopicPartition(record.Topic, record.KafkaPartition), message, cancel)
            : await kafka.ProduceAsync(record.Topic, message, cancel);
        return (result.Partition.Value, result.Offset.Value);
    }

    private static byte[] KeyOf(byte[] value) => new BronzeReader().TryRead(value, out var record, out _) ? Encoding.ASCII.GetBytes(record.Symbol.Name) : [];
}
