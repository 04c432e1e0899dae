using CryptoAspire.Market.Context;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Context;

/// <summary>Reads market data, sentiment and news.</summary>
public sealed class ContextQueries(NpgsqlDataSource database)
{
    /// <summary>The newest row of each coin that was told of in the last 24 hours of the data, the largest market capitalisation first.</summary>
    public async Task<IReadOnlyList<MarketData>> MarketAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select source, coin, asset, name, price, market_cap, rank, volume_24h, high_24h, low_24h, change_percent_24h, circulating_supply, updated_at
            from (
                select distinct on (coin) *
                from market_data
                where updated_at > (select max(updated_at) from market_data) - interval '24 hours'
                order by coin, updated_at desc, source
            ) newest
            order by market_cap desc nulls last, coin
            """);
        return await command.ListAsync(
            static reader => new MarketData
            {
                Source = reader.GetString(0),
                Coin = reader.GetString(1),
                Asset = reader.GetString(2),
                Name = reader.GetString(3),
                Price = reader.GetDecimal(4),
                MarketCap = reader.Nullable<decimal>(5),
                Rank = reader.Nullable<int>(6),
                Volume24h = reader.Nullable<decimal>(7),
                High24h = reader.Nullable<decimal>(8),
                Low24h = reader.Nullable<decimal>(9),
                ChangePercent24h = reader.Nullable<decimal>(10),
                CirculatingSupply = reader.Nullable<decimal>(11),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(12),
            },
            cancel);
    }

    /// <summary>The newest days, newest first.</summary>
    public async Task<IReadOnlyList<Sentiment>> SentimentAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select source, day, value, classification from sentiment order by day desc, source limit $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(
            static reader => new Sentiment { Source = reader.GetString(0), Day = reader.GetFieldValue<DateOnly>(1), Value = reader.GetInt16(2), Classification = reader.GetString(3) }, cancel);
    }

    /// <summary>The newest articles, newest first.</summary>
    /// <param name="asset">Only those that mention it, for example BTC; null for all.</param>
    public async Task<IReadOnlyList<News>> NewsAsync(string? asset, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select id, source, publisher, title, summary, author, link, published_at, assets
            from news
            where $1::text is null or assets @> array[$1::text]
            order by published_at desc, id
            limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = asset });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(
            static reader => new News
            {
                Id = reader.GetString(0),
                Source = reader.GetString(1),
                Publisher = reader.GetString(2),
                Title = reader.GetString(3),
                Summary = reader.Text(4),
                Author = reader.Text(5),
                Link = reader.GetString(6),
                PublishedAt = reader.GetFieldValue<DateTimeOffset>(7),
                Assets = reader.GetFieldValue<string[]>(8),
            },
            cancel);
    }
}
