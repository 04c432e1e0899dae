using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Quality;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Quality;

/// <summary>
/// Keeps the table <c>expectation</c> as the YAML file says: reads it at start and whenever it has changed. A file that is wrong changes
/// nothing: the last good expectations stay, and the log says once what is wrong, where, and what to write instead.
/// </summary>
internal sealed partial class ExpectationKeeper(
    Migrator migrator, ExpectationCatalog catalog, QualityPass pass, IConfiguration configuration, IHostEnvironment environment, TimeProvider time, ILogger<ExpectationKeeper> logger)
    : BackgroundService
{
    private const string Usual = "Quality/expectations.yaml";

    // Polled: a file that Kubernetes mounts from a ConfigMap changes without a notification.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private string? _seen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var path = Locate();
        await migrator.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(path, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogUnsaved(path, failure.Message);
            }

            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The project's own file while it is being worked on, the one beside the program where it is deployed.
    private string Locate()
    {
        var wanted = configuration["Quality:Expectations"] ?? Usual;
        var inProject = Path.Combine(environment.ContentRootPath, wanted);
        return File.Exists(inProject) ? inProject : Path.Combine(AppContext.BaseDirectory, wanted);
    }

    private async Task LookAsync(string path, CancellationToken cancel)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (_seen != failure.Message)
                LogUnread(path, failure.Message);
            _seen = failure.Message;
            return;
        }

        if (text == _seen)
            return;
        try
        {
            var expectations = ExpectationFile.Parse(text, path);
            foreach (var (expectation, line) in expectations)
            {
                if (await pass.MistakeAsync(expectation, cancel) is { } mistake)
                    throw new ExpectationFileException(path, line, $"PostgreSQL does not take {expectation.Name}: {mistake}.", "Look at its columns and SQL; psql shows the tables with \\d.");
            }

            await catalog.ReplaceAsync([.. expectations.Select(static item => item.Expectation)], cancel);
            LogRead(expectations.Count, path);
        }
        catch (ExpectationFileException mistake)
        {
            LogMistake(mistake.Message);
        }

        _seen = text;
    }

    [LoggerMessage(LogLevel.Information, "{Count} expectations from {Path}")]
    private partial void LogRead(int count, string path);

    [LoggerMessage(LogLevel.Error, "The expectations stay as they were. {Mistake}")]
    private partial void LogMistake(string mistake);

    [LoggerMessage(LogLevel.Error, "The expectations stay as they were: {Path} cannot be read ({Reason}). Set Quality:Expectations to the file's path.")]
    private partial void LogUnread(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "The expectations of {Path} are not in the database yet: {Reason}")]
    private partial void LogUnsaved(string path, string reason);
}
