using CryptoAspire.Api.Steering;

namespace CryptoAspire.Api.Apis;

/// <summary>Whether a key is the key, for a page that asks for it before there is anything to do with it.</summary>
internal static class KeyApi
{
    public static void MapKeyApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/key", () => TypedResults.NoContent())
            .WithName("TryKey")
            .WithTags("Key")
            .WithSummary("204 when the request brings the API key; changes nothing")
            .Produces(StatusCodes.Status204NoContent)
            .RequireApiKey();
}
