using CryptoAspire.AggregationScheduler.Jobs;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Migrations;
using Quartz;

namespace CryptoAspire.AggregationScheduler;

internal static class Extensions
{
    /// <summary>The jobs of Gold on a clustered Quartz scheduler whose schedule is in PostgreSQL.</summary>
    public static void AddGold(this IHostApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(GoldOptions.Section);
        builder.Services.Configure<GoldOptions>(section);
        var options = section.Get<GoldOptions>() ?? new GoldOptions();

        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<GoldRoller>();
        builder.Services.AddSingleton<JobRuns>();
        builder.Services.AddSingleton<RunRecorder>();
        builder.Services.AddSingleton<SchedulerService>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<SchedulerService>());
        builder.Services.AddHealthChecks().AddCheck<SchedulerService>("scheduler");

        builder.Services.AddQuartz(quartz =>
        {
            quartz.UsePersistentStore(store =>
            {
                store.ConfigureStore(static configure => configure.TablePrefix = "quartz.qrtz_");
                store.UsePostgres(static source => source.UseRegisteredDataSource = true);
                store.UseClustering();
                store.ProvisionSchema();
            });
            quartz.AddEvery<RollTenMinuteJob>("gold-10min", TimeSpan.FromSeconds(options.IntervalSeconds));
            quartz.AddEvery<RollHourJob>("gold-hourly", TimeSpan.FromSeconds(options.IntervalSeconds));
            quartz.AddEvery<TrimJobRunsJob>("trim-job-runs", TimeSpan.FromHours(1));
        });
    }

    // Missed firings are not made up for one by one: a single run finds everything that is dirty.
    private static void AddEvery<TJob>(this IQuartzBuilder quartz, string name, TimeSpan interval)
        where TJob : IJob =>
        quartz.ScheduleJob<TJob>(
            trigger => trigger.WithIdentity(name).WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount)),
            job => job.WithIdentity(name));
}
