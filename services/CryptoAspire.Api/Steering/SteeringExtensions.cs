namespace CryptoAspire.Api.Steering;

internal static class SteeringExtensions
{
    /// <summary>What requests that change something need.</summary>
    public static void AddSteering(this WebApplicationBuilder builder) =>
        builder.Services.Configure<ApiKeyOptions>(builder.Configuration.GetSection(ApiKeyOptions.Section));

    /// <summary>Keeps out who does not have the API key, from the endpoints that <see cref="RequireApiKey"/> marks.</summary>
    public static void UseApiKey(this WebApplication app) => app.UseMiddleware<ApiKeyGate>();

    /// <summary>For endpoints that change something: 401 without the API key.</summary>
    public static TBuilder RequireApiKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(
            ApiKeyRequired.Instance,
            new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));
        return builder;
    }
}
