using CryptoAspire.Dashboard.Tests;
using Microsoft.Playwright;

namespace CryptoAspire.Browser.Tests;

/// <summary>The dashboard over real Kafka and PostgreSQL, and a headless Chromium.</summary>
public sealed class BrowserSite : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser _browser = null!;

    public DashboardSite Site { get; } = new();

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
            return;
        await Site.InitializeAsync();
        Assertions.SetDefaultExpectTimeout(20_000); // for a machine on which everything else is tested at the same time
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_playwright is null)
            return;
        await _browser.CloseAsync();
        _playwright.Dispose();
        await Site.DisposeAsync();
    }

    /// <summary>
    /// A fresh profile with one page, on which <paramref name="prepare"/> works before it goes anywhere.
    /// Disposing of it fails the test when the page wrote an error to the console.
    /// </summary>
    internal async Task<BrowserPage> OpenAsync(
        string path, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Dark, bool errorsAreExpected = false, Func<IPage, Task>? prepare = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Site.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.NoPreference,
        });
        await Site.StartDashboardAsync(); // in case that the test before left it dead
        var page = new BrowserPage(context, await context.NewPageAsync(), errorsAreExpected);
        if (prepare is not null)
            await prepare(page.Page);
        await page.Page.GotoAsync(path);
        return page;
    }
}
