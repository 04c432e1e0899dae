using Microsoft.Playwright;

namespace CryptoAspire.Browser.Tests;

/// <summary>A page in a profile of its own that remembers its console errors.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly bool _errorsAreExpected;
    private readonly List<string> _errors = [];

    public BrowserPage(IBrowserContext context, IPage page, bool errorsAreExpected)
    {
        _context = context;
        _errorsAreExpected = errorsAreExpected;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _errors.Add($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => _errors.Add(error);
        page.RequestFailed += (_, request) => _errors.Add($"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    public ILocator Row(string symbol) => Page.Locator($"#market-table tr[data-symbol='{symbol}']");

    public ILocator Price(string symbol) => Row(symbol).Locator("[data-cell=price]");

    /// <summary>Waits until the circuit has taken over everything that was prerendered: from then on clicks are heard.</summary>
    public async Task LiveAsync()
    {
        await Assertions.Expect(Page.Locator("[data-circuit=live]").First).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator("[data-circuit=waiting]")).ToHaveCountAsync(0);
    }

    /// <summary>Whether anything can be scrolled sideways.</summary>
    public Task<bool> OverflowsAsync() => Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        if (!_errorsAreExpected)
            Assert.Empty(_errors);
    }
}
