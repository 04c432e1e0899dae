using CryptoAspire.StreamProcessor;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddSilverDatabase("crypto");
builder.AddKafka("kafka");
builder.AddSilver();

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
