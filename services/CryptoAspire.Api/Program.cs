using CryptoAspire.Api;
using CryptoAspire.Api.Apis;
using CryptoAspire.Api.Steering;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMarketQueries();
builder.AddApiBehaviour();
builder.AddSteering();

var app = builder.Build();
app.UseApiBehaviour();
app.UseApiKey();
app.MapDefaultEndpoints();
app.MapPricesApi();
app.MapCandlesApi();
app.MapLineageApi();
app.MapMetricsApi();
app.MapSignalsApi();
app.MapJobsApi();
app.MapJobSteeringApi();
app.MapBackfillApi();
app.MapOperationsApi();
app.MapSymbolsApi();
app.MapFeedsApi();
app.MapApiDocument();
app.Run();
