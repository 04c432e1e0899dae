using CryptoAspire.AggregationScheduler;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddNpgsqlDataSource("crypto");
builder.AddScheduler();
builder.AddGold();
builder.AddQuality();
builder.AddUpkeep();

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
