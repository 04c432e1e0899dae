using CryptoAspire.Dashboard;
using CryptoAspire.Dashboard.Components;
using CryptoAspire.Dashboard.Hubs;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.AddServiceDefaults();
builder.AddMarket();
builder.AddPages();
builder.AddSteering();

var app = builder.Build();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseMiddleware<SecurityHeaders>();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>().WithStaticAssets().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null); // SecurityHeaders has it
app.MapDefaultEndpoints();
app.MapHub<MarketHub>("/hubs/market");
app.Run();
