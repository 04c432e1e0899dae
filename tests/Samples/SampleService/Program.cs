using System.Collections;

var app = WebApplication.CreateBuilder(args).Build();
var healthy = true;

app.MapGet("/health", () => healthy ? Results.Ok() : Results.StatusCode(503));
app.MapPost("/health/{value:bool}", (bool value) => healthy = value);
app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value));
app.MapGet("/process", () => Environment.ProcessId);
app.MapPost("/crash/{code:int}", (int code) => Environment.Exit(code));
app.Run();
