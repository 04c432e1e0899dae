using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Steering;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Apis;

/// <summary>The scheduler's jobs and their runs, to look at. Changing them: <see cref="JobSteeringApi"/>.</summary>
internal static class JobsApi
{
    private const int DefaultRuns = 50;
    private const int MostRuns = 1000;

    public static void MapJobsApi(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/v1/jobs").WithTags("Jobs");
        jobs.MapGet("", GetJobs)
            .WithName("GetJobs")
            .WithSummary("The scheduled jobs, with their schedules and last runs")
            .Produces<JobList>();
        jobs.MapGet("/{job}", GetJob)
            .WithName("GetJob")
            .WithSummary("One job")
            .Produces<JobItem>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{job}/runs", GetRuns)
            .WithName("GetJobRuns")
            .WithSummary("Runs of a job, newest first")
            .Produces<JobRunList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("/{job}/runs/{id:long}", GetRun)
            .WithName("GetJobRun")
            .WithSummary("One run with its log")
            .Produces<JobRunDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <exception cref="RequestProblemException">404: there is no such job.</exception>
    internal static async Task<JobSummary> FindAsync(JobQueries jobs, string job, CancellationToken cancel) =>
        (await jobs.JobsAsync(job, cancel)).SingleOrDefault()
        ?? throw new RequestProblemException(404, "job", job, "is not a job.", "GET /api/v1/jobs lists the jobs that there are.");

    /// <exception cref="RequestProblemException">404: the job has no such run.</exception>
    internal static async Task<JobRunRow> FindRunAsync(JobQueries jobs, string job, long id, CancellationToken cancel) =>
        await jobs.RunAsync(job, id, cancel)
        ?? throw new RequestProblemException(404, "id", $"{id}", $"is not a run of {job}.", $"GET /api/v1/jobs/{job}/runs lists its runs.");

    private static async Task<IResult> GetJobs(JobQueries jobs, CancellationToken cancel) =>
        TypedResults.Ok(new JobList([.. (await jobs.JobsAsync(null, cancel)).Select(JobItem.Of)]));

    private static async Task<IResult> GetJob(JobQueries jobs, [Description("For example gold-10min.")] string job, CancellationToken cancel) =>
        TypedResults.Ok(JobItem.Of(await FindAsync(jobs, job, cancel)));

    private static async Task<IResult> GetRuns(
        JobQueries jobs,
        [Description("For example gold-10min.")] string job,
        [Description("Only those: queued, running, succeeded, failed, timed-out, cancelled or abandoned.")] string? outcome,
        [Description("1 to 1000, 50 when left out.")] string? limit,
        CancellationToken cancel)
    {
        RunOutcome? only = null;
        if (outcome is not null)
        {
            only = RunNames.TryParse(outcome, out var parsed)
                ? parsed
                : throw new RequestProblemException(400, "outcome", outcome, "is not an outcome.", $"Use one of {string.Join(", ", Enum.GetValues<RunOutcome>().Select(RunNames.Name))}.");
        }

        var count = Arguments.ReadCount("limit", limit, DefaultRuns, MostRuns);
        await FindAsync(jobs, job, cancel);
        return TypedResults.Ok(new JobRunList(job, [.. (await jobs.RunsAsync(job, only, count, cancel)).Select(JobRunItem.Of)]));
    }

    private static async Task<IResult> GetRun(JobQueries jobs, string job, long id, CancellationToken cancel)
    {
        var run = await FindRunAsync(jobs, job, id, cancel);
        return TypedResults.Ok(new JobRunDetail(JobRunItem.Of(run), [.. (await jobs.LogAsync(id, cancel)).Select(JobLogItem.Of)]));
    }
}
