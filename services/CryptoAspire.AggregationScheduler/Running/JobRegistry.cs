using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>The jobs of this scheduler, with what the configuration says about them.</summary>
internal sealed class JobRegistry
{
    private readonly Dictionary<string, JobRegistration> _jobs;
    private readonly IServiceProvider _services;

    /// <exception cref="InvalidOperationException">The configuration of a job is wrong, or names one that there is not.</exception>
    public JobRegistry(IEnumerable<JobRegistration> registrations, IConfiguration configuration, IServiceProvider services)
    {
        _services = services;
        var settings = configuration.GetSection("Jobs");
        _jobs = registrations.ToDictionary(
            job => job.Definition.Name,
            job => job with { Definition = (settings.GetSection(job.Definition.Name).Get<JobSettings>() ?? new JobSettings()).Over(job.Definition) });
        foreach (var section in settings.GetChildren())
        {
            if (section.Value is null && !_jobs.ContainsKey(section.Key))
                throw new InvalidOperationException($"Jobs:{section.Key} is not a job: there are {string.Join(", ", _jobs.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    public IReadOnlyCollection<string> Names => _jobs.Keys;

    public IReadOnlyCollection<JobDefinition> Definitions => [.. _jobs.Values.Select(job => job.Definition)];

    public JobDefinition Definition(string name) => _jobs[name].Definition;

    public bool Has(string name) => _jobs.ContainsKey(name);

    /// <summary>Does the work of a run.</summary>
    public Task RunAsync(JobRun run, CancellationToken cancel) => _jobs[run.Taken.Job].RunAsync(_services, run, cancel);
}
