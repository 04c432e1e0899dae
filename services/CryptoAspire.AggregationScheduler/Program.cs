using CryptoAspire.AggregationScheduler;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddNpgsqlDataSource("crypto");
builder.AddGold();

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
