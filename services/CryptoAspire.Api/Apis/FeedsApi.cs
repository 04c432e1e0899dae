using CryptoAspire.Api.Contracts;
using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Api.Apis;

/// <summary>How the feeds fare.</summary>
internal static class FeedsApi
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    public static void MapFeedsApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/feeds", GetFeeds)
            .WithName("GetFeeds")
            .WithTags("Feeds")
            .WithSummary("Every venue's state, and the gaps in its trades")
            .WithDescription("Written by the producers every other second. A gap has its span in trade ids, or in time at venues whose ids prove nothing.")
            .Produces<FeedList>()
            .CacheOutput(policy => policy.Expire(Fresh));

    private static async Task<IResult> GetFeeds(FeedStates states, CancellationToken cancel) =>
        TypedResults.Ok(new FeedList(await states.ReadAsync(cancel), await states.GapsAsync(cancel)));
}
