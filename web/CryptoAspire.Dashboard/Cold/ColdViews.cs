using System.Collections.Concurrent;
using CryptoAspire.Dashboard.Live;
using CryptoAspire.Market;
using CryptoAspire.Storage.Context;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>What the tables show that do not move with every tick, each read once for all who look.</summary>
public sealed class ColdViews(
    MetricsQueries metrics, SignalQueries signals, PipelineQueries pipeline, OperationsQueries operations, QualityQueries quality, ReconciliationQueries reconciliation, JobQueries jobs,
    FeedStates states, TrackedSymbols tracked, ContextQueries context, FeedStatus feed, TopicEnds ends, TimeProvider time)
{
    /// <summary>How often the tables look for something new.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Rows of a symbol's ten-minute table: a day.</summary>
    public const int TenMinuteRows = 144;

    /// <summary>Rows of a symbol's hourly table: a week.</summary>
    public const int HourlyRows = 168;

    /// <summary>Rows of the tables over all symbols.</summary>
    public const int Rows = 1000;

    /// <summary>Rows of a symbol's and interval's signals.</summary>
    public const int SignalRows = 200;

    private const int Events = 200;
    private const int SentimentDays = 90;
    private const int Articles = 100;
    private const int Newest = 20;

    // A little less than the period of those who ask, so that each of them finds something new.
    private static readonly TimeSpan Fresh = Period - TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SharedView<GoldView>> _gold = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Symbol, Interval Interval), SharedView<IReadOnlyList<SignalPoint>>> _signals = [];
    private SharedView<GoldView>? _allGold;
    private SharedView<ContextView>? _context;
    private SharedView<PipelineView>? _pipeline;
    private SharedView<FeedsView>? _feeds;
    private SharedView<JobsView>? _jobs;
    private SharedView<QualityView>? _quality;

    public SharedView<GoldView> AllGold => _allGold ??= Shared(async cancel =>
        new GoldView(await metrics.NewestTenMinutesAsync(Rows, cancel), await metrics.NewestHoursAsync(Rows, cancel), await metrics.NewestDaysAsync(Rows, cancel)));

    public SharedView<PipelineView> Pipeline => _pipeline ??= Shared(async cancel => new PipelineView(
        [.. (await operations.LedgerAsync(cancel)).Select(ledger => new PartitionLine(ledger, ends.Of(ledger.Topic, ledger.Partition)))],
        await operations.IncidentsAsync(long.MaxValue, Events, cancel),
        await operations.QuarantinePreviewsAsync(new QuarantineFilter(), Newest, cancel)));

    public SharedView<FeedsView> Feeds => _feeds ??= Shared(async cancel =>
    {
        var progress = (await pipeline.SourcesAsync(cancel)).ToDictionary(p => p.Source, StringComparer.Ordinal);
        var arriving = feed.Status.Sources.ToDictionary(s => s.Source, StringComparer.Ordinal);
        return new FeedsView(
            [.. arriving.Keys.Union(progress.Keys).Order(StringComparer.Ordinal).Select(s => new SourceLine(s, arriving.GetValueOrDefault(s), progress.GetValueOrDefault(s)))],
            await pipeline.GapsAsync(Events, cancel),
            await states.ReadAsync(cancel),
            await states.GapsAsync(cancel),
            await tracked.ListAsync(cancel));
    });

    public SharedView<JobsView> Jobs => _jobs ??= Shared(async cancel => new JobsView([.. (await jobs.JobsAsync(null, cancel)).Select(job => new JobLine(job))]));

    public SharedView<QualityView> Quality => _quality ??= Shared(async cancel => new QualityView(
        await quality.ScoresAsync(null, cancel),
        await quality.NewestAsync(null, failing: true, Events, cancel),
        await reconciliation.ScoreboardAsync(cancel),
        await reconciliation.MinutesAsync(null, null, differing: true, Events, cancel)));

    public SharedView<ContextView> Context => _context ??= Shared(async cancel => new ContextView(
        await context.MarketAsync(cancel), await context.SentimentAsync(SentimentDays, cancel), await context.NewsAsync(null, Articles, cancel)));

    /// <summary>The newest signals of a symbol and interval, oldest first.</summary>
    public SharedView<IReadOnlyList<SignalPoint>> SignalsOf(string symbol, Interval interval) => OfKey(_signals, (symbol, interval), cancel => signals.ReadAsync(symbol, interval, SignalRows, cancel));

    /// <summary>The Gold rows of one symbol.</summary>
    public SharedView<GoldView> GoldOf(string symbol) => OfKey(_gold, symbol, async cancel => new GoldView(
        await metrics.TenMinutesAsync(symbol, TenMinuteRows, cancel), await metrics.HourlyAsync(symbol, HourlyRows, cancel), []));

    // Past the bound it is read for this circuit alone, so that made-up symbols cannot fill the memory.
    private SharedView<T> OfKey<TKey, T>(ConcurrentDictionary<TKey, SharedView<T>> views, TKey key, Func<CancellationToken, Task<T>> read)
        where TKey : notnull
        where T : class
    {
        if (views.TryGetValue(key, out var view))
            return view;
        view = Shared(read);
        return views.Count >= MarketState.MostSymbols ? view : views.GetOrAdd(key, view);
    }

    private SharedView<T> Shared<T>(Func<CancellationToken, Task<T>> read)
        where T : class => new(time, Fresh, read);
}
