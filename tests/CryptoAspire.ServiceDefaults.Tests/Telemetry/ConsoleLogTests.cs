using CryptoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.ServiceDefaults.Tests.Telemetry;

public sealed class ConsoleLogTests
{
    [Fact]
    public async Task Each_entry_is_one_line_with_its_utc_time()
    {
        var captured = new StringWriter();
        var before = Console.Out;
        Service service;
        try
        {
            // The console logger takes the writer of its own start.
            Console.SetOut(TextWriter.Synchronized(captured));
            service = await Service.StartAsync();
            service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Some.Category").LogWarning("first line\nsecond line of {What}", "an entry");
            await Eventually.True(() => captured.ToString().Contains("second line of an entry", StringComparison.Ordinal));
        }
        finally
        {
            Console.SetOut(before);
        }
        await service.DisposeAsync();

        string line = captured.ToString().Split('\n').Single(text => text.Contains("second line of an entry", StringComparison.Ordinal));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: Some\.Category\[0\] first line second line of an entry", line);
    }
}
