using CryptoAspire.Producer.Feeds;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.Producer;

/// <summary>The producer as a web application; tests build it on a free port.</summary>
public static class ProducerHost
{
    /// <summary>Runs until stopped. A setting that makes no sense is one line on the error output and exit code 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        WebApplication app;
        try
        {
            app = Build(args);
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        try
        {
            await app.RunAsync();
        }
        catch (KafkaNativeLibraryException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        return Environment.ExitCode;
    }

    /// <exception cref="SettingException">A setting has an impossible value.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddKafka();
        builder.AddFeeds();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapFeeds();
        app.MapMemory();
        return app;
    }
}
