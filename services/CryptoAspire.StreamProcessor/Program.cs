using CryptoAspire.StreamProcessor;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddNpgsqlDataSource("crypto");
builder.AddKafka("kafka");
builder.AddSilver();

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
