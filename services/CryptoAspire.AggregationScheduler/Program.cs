using CryptoAspire.AggregationScheduler;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddNpgsqlDataSource("crypto", configureDataSourceBuilder: static database => database.ConnectionStringBuilder.NoResetOnClose = true);
builder.AddScheduler();
builder.AddGold();
builder.AddQuality();
builder.AddUpkeep();

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
