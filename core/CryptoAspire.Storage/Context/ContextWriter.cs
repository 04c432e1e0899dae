using CryptoAspire.Market.Context;
using Npgsql;

namespace CryptoAspire.Storage.Context;

/// <summary>
/// Writes market data, sentiment and news. Every row has a natural key and every statement may be repeated: records that Kafka delivers again change nothing.
/// </summary>
public sealed class ContextWriter(NpgsqlDataSource database)
{
    /// <summary>Writes the records in their order, and what was refused to quarantine, in one transaction.</summary>
    /// <param name="records"><see cref="MarketData"/>, <see cref="Sentiment"/> and <see cref="News"/>.</param>
    /// <exception cref="NpgsqlException">Nothing was written.</exception>
    public async Task WriteAsync(IReadOnlyList<object> records, IReadOnlyList<RefusedContext> refused, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var record in records)
        {
            batch.BatchCommands.Add(record switch
            {
                MarketData market => Upsert(market),
                Sentiment sentiment => Upsert(sentiment),
                News news => Upsert(news),
                _ => throw new ArgumentException($"{record.GetType().Name} has no table.", nameof(records)),
            });
        }

        foreach (var record in refused)
            batch.BatchCommands.Add(Quarantine(record));
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static NpgsqlBatchCommand Upsert(MarketData market) => new(
        """
        insert into market_data (source, coin, updated_at, asset, name, price, market_cap, rank, volume_24h, high_24h, low_24h, change_percent_24h, circulating_supply)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (source, coin, updated_at) do nothing
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = market.Source },
            new NpgsqlParameter<string> { TypedValue = market.Coin },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = market.UpdatedAt.ToUniversalTime() },
            new NpgsqlParameter<string> { TypedValue = market.Asset },
            new NpgsqlParameter<string> { TypedValue = market.Name },
            new NpgsqlParameter<decimal> { TypedValue = market.Price },
            new NpgsqlParameter<decimal?> { TypedValue = market.MarketCap },
            new NpgsqlParameter<int?> { TypedValue = market.Rank },
            new NpgsqlParameter<decimal?> { TypedValue = market.Volume24h },
            new NpgsqlParameter<decimal?> { TypedValue = market.High24h },
            new NpgsqlParameter<decimal?> { TypedValue = market.Low24h },
            new NpgsqlParameter<decimal?> { TypedValue = market.ChangePercent24h },
            new NpgsqlParameter<decimal?> { TypedValue = market.CirculatingSupply },
        },
    };

    private static NpgsqlBatchCommand Upsert(Sentiment sentiment) => new(
        """
        insert into sentiment as s (source, day, value, classification)
        values ($1, $2, $3, $4)
        on conflict (source, day) do update
        set value = excluded.value, classification = excluded.classification, received_at = excluded.received_at
        where (s.value, s.classification) is distinct from (excluded.value, excluded.classification)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = sentiment.Source },
            new NpgsqlParameter<DateOnly> { TypedValue = sentiment.Day },
            new NpgsqlParameter<short> { TypedValue = (short)sentiment.Value },
            new NpgsqlParameter<string> { TypedValue = sentiment.Classification },
        },
    };

    // An article may be edited by whoever brought it first; another who brings it too adds nothing.
    private static NpgsqlBatchCommand Upsert(News news) => new(
        """
        insert into news as n (id, source, publisher, title, summary, author, link, published_at, assets)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (id) do update
        set title = excluded.title, summary = excluded.summary, author = excluded.author, assets = excluded.assets
        where n.source = excluded.source
          and (n.title, n.summary, n.author, n.assets) is distinct from (excluded.title, excluded.summary, excluded.author, excluded.assets)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = news.Id },
            new NpgsqlParameter<string> { TypedValue = news.Source },
            new NpgsqlParameter<string> { TypedValue = news.Publisher },
            new NpgsqlParameter<string> { TypedValue = news.Title },
            new NpgsqlParameter<string?> { TypedValue = news.Summary },
            new NpgsqlParameter<string?> { TypedValue = news.Author },
            new NpgsqlParameter<string> { TypedValue = news.Link },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = news.PublishedAt.ToUniversalTime() },
            new NpgsqlParameter<string[]> { TypedValue = [.. news.Assets] },
        },
    };

    private static NpgsqlBatchCommand Quarantine(RefusedContext refused) => new(
        """
        insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at)
        select $1, $2, $3, $4, $5, $6, now()
        where not exists (select from quarantine where topic = $1 and kafka_partition = $2 and kafka_offset = $3)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = refused.Topic },
            new NpgsqlParameter<int> { TypedValue = refused.Partition },
            new NpgsqlParameter<long> { TypedValue = refused.Offset },
            new NpgsqlParameter<string> { TypedValue = refused.Reason.Replace("\0", "", StringComparison.Ordinal) },
            new NpgsqlParameter<byte[]?> { TypedValue = refused.Key },
            new NpgsqlParameter<byte[]?> { TypedValue = refused.Value },
        },
    };
}
