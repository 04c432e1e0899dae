using System.Collections.Concurrent;
using CryptoAspire.Dashboard.Live;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>What the tables show that do not move with every tick, each read once for all who look.</summary>
public sealed class ColdViews(
    MetricsQueries metrics, PipelineQueries pipeline, OperationsQueries operations, QualityQueries quality, ReconciliationQueries reconciliation, JobQueries jobs, FeedStatus feed, TopicEnds ends, TimeProvider time)
{
    /// <summary>How often the tables look for something new.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Rows of a symbol's ten-minute table: a day.</summary>
    public const int TenMinuteRows = 144;

    /// <summary>Rows of a symbol's hourly table: a week.</summary>
    public const int HourlyRows = 168;

    /// <summary>Rows of the tables over all symbols.</summary>
    public const int Rows = 1000;

    private const int Events = 200;
    private const int Newest = 20;

    // A little less than the period of those who ask, so that each of them finds something new.
    private static readonly TimeSpan Fresh = Period - TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SharedView<GoldView>> _gold = new(StringComparer.Ordinal);
    private SharedView<GoldView>? _allGold;
    private SharedView<PipelineView>? _pipeline;
    private SharedView<FeedsView>? _feeds;
    private SharedView<JobsView>? _jobs;
    private SharedView<QualityView>? _quality;

    public SharedView<GoldView> AllGold => _allGold ??= Shared(async cancel =>
        new GoldView(await metrics.NewestTenMinutesAsync(Rows, cancel), await metrics.NewestHoursAsync(Rows, cancel)));

    public SharedView<PipelineView> Pipeline => _pipeline ??= Shared(async cancel => new PipelineView(
        [.. (await operations.LedgerAsync(cancel)).Select(ledger => new PartitionLine(ledger, ends.Of(ledger.Topic, ledger.Partition)))],
        await operations.IncidentsAsync(long.MaxValue, Events, cancel),
        await operations.QuarantineAsync(new QuarantineFilter(), Newest, cancel)));

    public SharedView<FeedsView> Feeds => _feeds ??= Shared(async cancel =>
    {
        var progress = (await pipeline.SourcesAsync(cancel)).ToDictionary(p => p.Source, StringComparer.Ordinal);
        var arriving = feed.Status.Sources.ToDictionary(s => s.Source, StringComparer.Ordinal);
        return new FeedsView(
            [.. arriving.Keys.Union(progress.Keys).Order(StringComparer.Ordinal).Select(s => new SourceLine(s, arriving.GetValueOrDefault(s), progress.GetValueOrDefault(s)))],
            await pipeline.GapsAsync(Events, cancel));
    });

    public SharedView<JobsView> Jobs => _jobs ??= Shared(async cancel => new JobsView([.. (await jobs.JobsAsync(null, cancel)).Select(job => new JobLine(job))]));

    public SharedView<QualityView> Quality => _quality ??= Shared(async cancel => new QualityView(
        await quality.ScoresAsync(null, cancel),
        await quality.NewestAsync(null, failing: true, Events, cancel),
        await reconciliation.ScoreboardAsync(cancel),
        await reconciliation.MinutesAsync(null, null, differing: true, Events, cancel)));

    /// <summary>The Gold rows of one symbol.</summary>
    public SharedView<GoldView> GoldOf(string symbol)
    {
        if (_gold.TryGetValue(symbol, out var view))
            return view;
        view = Shared(async cancel =>
            new GoldView(await metrics.TenMinutesAsync(symbol, TenMinuteRows, cancel), await metrics.HourlyAsync(symbol, HourlyRows, cancel)));

        // Past the bound it is read for this circuit alone, so that made-up symbols cannot fill the memory.
        return _gold.Count >= MarketState.MostSymbols ? view : _gold.GetOrAdd(symbol, view);
    }

    private SharedView<T> Shared<T>(Func<CancellationToken, Task<T>> read)
        where T : class => new(time, Fresh, read);
}
