using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Market;
using CryptoAspire.Storage.Context;

namespace CryptoAspire.Api.Apis;

/// <summary>What is told about the market from outside of it.</summary>
internal static class ContextApi
{
    private const int UsualDays = 30, MostDays = 1000;
    private const int UsualArticles = 50, MostArticles = 500;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    public static void MapContextApi(this IEndpointRouteBuilder app)
    {
        var context = app.MapGroup("/api/v1").WithTags("Market context").CacheOutput(policy => policy.Expire(Fresh).SetVaryByQuery("limit", "symbol"));
        context.MapGet("/market-data", GetMarketData)
            .WithName("GetMarketData")
            .WithSummary("Capitalisation, volume and change of each coin over many exchanges")
            .WithDescription("From CoinGecko, US dollars. A source that ends in -sim is simulated.")
            .Produces<MarketDataList>();
        context.MapGet("/sentiment", GetSentiment)
            .WithName("GetSentiment")
            .WithSummary("The Fear & Greed index of each day, newest first")
            .WithDescription("From alternative.me: 0 is extreme fear, 100 extreme greed.")
            .Produces<SentimentList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        context.MapGet("/news", GetNews)
            .WithName("GetNews")
            .WithSummary("Articles, newest first, each once")
            .WithDescription("Plain text without mark-up. With symbol: those that mention its base asset.")
            .Produces<NewsList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> GetMarketData(ContextQueries queries, CancellationToken cancel) => TypedResults.Ok(new MarketDataList(await queries.MarketAsync(cancel)));

    private static async Task<IResult> GetSentiment(ContextQueries queries, [Description("Days, 1 to 1000; 30 when left out.")] string? limit, CancellationToken cancel) =>
        TypedResults.Ok(new SentimentList(await queries.SentimentAsync(Arguments.ReadCount("limit", limit, UsualDays, MostDays), cancel)));

    private static async Task<IResult> GetNews(
        ContextQueries queries,
        [Description("BTC-USD or a coin: BTC, bitcoin.")] string? symbol,
        [Description("Articles, 1 to 500; 50 when left out.")] string? limit,
        CancellationToken cancel) =>
        TypedResults.Ok(new NewsList(await queries.NewsAsync(symbol is null ? null : AssetOf(symbol), Arguments.ReadCount("limit", limit, UsualArticles, MostArticles), cancel)));

    private static string AssetOf(string text)
    {
        if (CoinNames.TryFind(text, out var asset))
            return asset;
        if (CoinNames.Assets.Contains(Symbol.CommonName(text.ToUpperInvariant())))
            return Symbol.CommonName(text.ToUpperInvariant());
        return Symbol.Parse(Arguments.ReadSymbol(text)).Base;
    }
}
