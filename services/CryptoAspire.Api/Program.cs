using CryptoAspire.Api;
using CryptoAspire.Api.Apis;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddMarketQueries();
builder.AddApiBehaviour();

var app = builder.Build();
app.UseApiBehaviour();
app.MapDefaultEndpoints();
app.MapPricesApi();
app.MapCandlesApi();
app.MapMetricsApi();
app.MapApiDocument();
app.Run();
