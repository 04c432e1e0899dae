using Confluent.Kafka;
using CryptoAspire.Api.Apis;
using CryptoAspire.Api.Quarantine;
using CryptoAspire.Market;
using CryptoAspire.Storage.Context;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.History;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Reconciliation;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.OpenApi;

namespace CryptoAspire.Api;

/// <summary>What the API is made of.</summary>
internal static class Extensions
{
    private const string DocumentPath = "/openapi/v1.json";

    /// <summary>The read queries on the database <c>crypto</c>.</summary>
    public static void AddMarketQueries(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("crypto");
        builder.Services.AddSingleton<Migrator>().AddHealthChecks().AddCheck<SchemaHealthCheck>("schema");
        builder.Services.AddSingleton<PriceQueries>().AddSingleton<CandleQueries>().AddSingleton<MetricsQueries>().AddSingleton<SignalQueries>();
        builder.Services.AddSingleton<JobQueries>().AddSingleton<JobSteering>().AddSingleton<RunQueue>().AddSingleton<GoldBackfill>();
        builder.Services.AddSingleton<HistoryQueries>().AddSingleton<HistoryOrders>().AddSingleton<CandleHistory>().AddSingleton<OperationsQueries>();
        builder.Services.AddSingleton<KnownSymbols>();
        builder.Services.AddSingleton<TrackedSymbols>().AddSingleton<FeedStates>();
        builder.Services.AddSingleton<QualityQueries>().AddSingleton<ReconciliationQueries>().AddSingleton<ContextQueries>();
    }

    /// <summary>What sends refused records to Kafka again. Reading goes on without Kafka, so its health is not ours.</summary>
    public static void AddQuarantine(this WebApplicationBuilder builder)
    {
        builder.AddKafkaProducer<byte[], byte[]>("kafka", kafka =>
        {
            kafka.DisableHealthChecks = true;
            kafka.Config.EnableIdempotence = true;
            kafka.Config.Acks = Acks.All;
            kafka.Config.MessageTimeoutMs = 10_000;
            kafka.Config.CancellationDelayMaxMs = 250;
        });
        builder.Services.AddSingleton<QuarantineSteering>().AddSingleton<Reinjection>();
    }

    /// <summary>JSON, problems, short caching, and the OpenAPI document.</summary>
    public static void AddApiBehaviour(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => MarketJson.Configure(json.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemWriter>();
        builder.Services.AddOutputCache();
        builder.Services.AddOpenApi(document =>
        {
            document.AddDocumentTransformer((api, _, _) =>
            {
                api.Info.Title = "CryptoAspire API";
                api.Info.Description = "Prices, candles and metrics. Times are ISO 8601 UTC; decimals are strings, exact to the last digit.";
                api.Servers = null;
                return Task.CompletedTask;
            });
            document.AddSchemaTransformer((schema, context, _) =>
            {
                if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) != typeof(decimal))
                    return Task.CompletedTask;
                schema.Type = context.JsonTypeInfo.Type == typeof(decimal) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                schema.Format = "decimal";
                schema.Pattern = @"^-?\d+(\.\d+)?$";
                return Task.CompletedTask;
            });
        });
    }

    public static void UseApiBehaviour(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        // Callers at the same time share one answer. The first of them may go away: that must not end the others' query too.
        app.Use(static (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<IOutputCachePolicy>() is not null)
                context.RequestAborted = CancellationToken.None;
            return next(context);
        });
        app.UseOutputCache();
    }

    /// <summary>The OpenAPI document, and the page at <c>/docs</c> to browse and try it.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "CryptoAspire API";
            ui.SwaggerEndpoint(DocumentPath, "CryptoAspire API v1");
        });
        app.MapGet("/", () => TypedResults.Redirect("/docs")).ExcludeFromDescription();
    }
}
