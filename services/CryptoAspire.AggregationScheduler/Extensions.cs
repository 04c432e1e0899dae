using CryptoAspire.AggregationScheduler.Jobs;
using CryptoAspire.AggregationScheduler.Quality;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.AggregationScheduler.Scheduling;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Reconciliation;
using CryptoAspire.Storage.Silver;
using Quartz;

namespace CryptoAspire.AggregationScheduler;

internal static class Extensions
{
    /// <summary>The jobs of Gold, and what they work with.</summary>
    public static void AddGold(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GoldRoller>().AddSingleton<SignalRoller>().AddSingleton<GoldBackfill>().AddSingleton<GoldWork>();
        builder.Services.AddJob<RollTenMinuteJob>();
        builder.Services.AddJob<RollHourJob>();
        builder.Services.AddJob<RollDayJob>();
        builder.Services.AddJob<SignalsJob>();
    }

    /// <summary>The jobs that look after the data: what is expected of it, how it compares with the venues, and what is to be fetched again.</summary>
    public static void AddQuality(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<ReconciliationOptions>(builder.Configuration.GetSection(ReconciliationOptions.Section));
        builder.Services.AddSingleton<ExpectationCatalog>().AddSingleton<QualityPass>().AddHostedService<ExpectationKeeper>();
        builder.Services.AddSingleton<CandleReconciler>().AddSingleton<GapRepair>().AddSingleton<LedgerAudit>().AddSingleton<OperationsQueries>();
        builder.Services.AddJob<QualityJob>();
        builder.Services.AddJob<ReconciliationJob>();
        builder.Services.AddJob<GapRepairJob>();
        builder.Services.AddJob<LedgerCheckJob>();
    }

    /// <summary>The jobs that keep the house.</summary>
    public static void AddUpkeep(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TableUpkeep>();
        builder.Services.AddJob<MaintenanceJob>();
        builder.Services.AddJob<TrimJobRunsJob>();
    }

    /// <summary>What runs the jobs: a clustered Quartz scheduler whose schedule is in PostgreSQL, and the queue of runs.</summary>
    public static void AddScheduler(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<RunOptions>(builder.Configuration.GetSection(RunOptions.Section));
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<JobRegistry>().AddSingleton<JobCatalog>().AddSingleton<RunQueue>().AddSingleton<JobNews>();
        builder.Services.AddSingleton<RunExecution>().AddSingleton<ScheduleKeeper>();
        builder.Services.AddSingleton<RunDispatcher>().AddHostedService(static services => services.GetRequiredService<RunDispatcher>());
        builder.Services.AddSingleton<SchedulerService>().AddHostedService(static services => services.GetRequiredService<SchedulerService>());
        builder.Services.AddHostedService<JobListener>();
        builder.Services.AddHealthChecks().AddCheck<SchedulerService>("scheduler");
        builder.Services.AddQuartz(static quartz => quartz.UsePersistentStore(static store =>
        {
            store.ConfigureStore(static configure => configure.TablePrefix = "quartz.qrtz_");
            store.UsePostgres(static source => source.UseRegisteredDataSource = true);
            store.UseClustering();
            store.ProvisionSchema();
        }));
    }

    /// <summary>Adds a job.</summary>
    public static void AddJob<TJob>(this IServiceCollection services)
        where TJob : class, IScheduledJob => services.AddSingleton(JobRegistration.Of<TJob>());
}
