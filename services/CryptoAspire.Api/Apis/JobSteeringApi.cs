using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Steering;
using CryptoAspire.Scheduling;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Apis;

/// <summary>Steers the scheduler's jobs, for those who have the API key. Schedulers follow within a second or two.</summary>
internal static class JobSteeringApi
{
    public static void MapJobSteeringApi(this IEndpointRouteBuilder app)
    {
        var job = app.MapGroup("/api/v1/jobs/{job}").WithTags("Jobs").RequireApiKey();
        job.MapPost("/pause", Pause)
            .WithName("PauseJob")
            .WithSummary("Stops the job's schedule; a run that is running goes on")
            .Produces<JobItem>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        job.MapPost("/resume", Resume)
            .WithName("ResumeJob")
            .WithSummary("Lets the job's schedule go on")
            .Produces<JobItem>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        job.MapPut("/schedule", Reschedule)
            .WithName("RescheduleJob")
            .WithSummary("Gives the job another schedule, or the configured one again")
            .Produces<JobItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        job.MapPost("/runs", RunNow)
            .WithName("RunJob")
            .WithSummary("Queues a run now")
            .Produces<JobRunItem>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        job.MapPost("/runs/{id:long}/retry", Retry)
            .WithName("RetryJobRun")
            .WithSummary("Queues a run that did not succeed again, with its parameters")
            .Produces<JobRunItem>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        job.MapPost("/runs/{id:long}/cancel", Cancel)
            .WithName("CancelJobRun")
            .WithSummary("Takes a run from the queue, or stops it")
            .Produces<JobRunItem>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> Pause(HttpContext context, JobQueries jobs, JobSteering steering, string job, CancellationToken cancel)
    {
        await steering.PauseAsync((await JobsApi.FindAsync(jobs, job, cancel)).Name, Requester.Of(context), cancel);
        return TypedResults.Ok(JobItem.Of(await JobsApi.FindAsync(jobs, job, cancel)));
    }

    private static async Task<IResult> Resume(HttpContext context, JobQueries jobs, JobSteering steering, string job, CancellationToken cancel)
    {
        await steering.ResumeAsync((await JobsApi.FindAsync(jobs, job, cancel)).Name, Requester.Of(context), cancel);
        return TypedResults.Ok(JobItem.Of(await JobsApi.FindAsync(jobs, job, cancel)));
    }

    private static async Task<IResult> Reschedule(HttpContext context, JobQueries jobs, JobSteering steering, string job, ScheduleOrder order, CancellationToken cancel)
    {
        if (order.Schedule is { } text && !JobSchedule.TryParse(text, out _, out var mistake))
            throw new RequestProblemException(400, "schedule", text, "is not a schedule.", mistake);
        await steering.RescheduleAsync((await JobsApi.FindAsync(jobs, job, cancel)).Name, order.Schedule, Requester.Of(context), cancel);
        return TypedResults.Ok(JobItem.Of(await JobsApi.FindAsync(jobs, job, cancel)));
    }

    private static async Task<IResult> RunNow(HttpContext context, JobQueries jobs, RunQueue queue, string job, RunOrder? order, CancellationToken cancel)
    {
        var known = await JobsApi.FindAsync(jobs, job, cancel);
        var parameters = order?.Parameters ?? RunParameters.None;
        if (parameters.Keys.FirstOrDefault(name => !known.Parameters.Contains(name)) is { } unknown)
        {
            throw new RequestProblemException(
                400, "parameters", unknown, $"is not a parameter of {job}.", known.Parameters.Count == 0 ? "It takes none." : $"It takes {string.Join(", ", known.Parameters)}.");
        }

        var id = await queue.EnqueueAsync(new RunRequest(job, RunCause.Request, Requester.Of(context)) { Parameters = parameters }, cancel);
        return await AcceptedAsync(jobs, job, id!.Value, cancel);
    }

    private static async Task<IResult> Retry(HttpContext context, JobQueries jobs, JobSteering steering, string job, long id, CancellationToken cancel)
    {
        var run = await JobsApi.FindRunAsync(jobs, job, id, cancel);
        return await steering.RetryAsync(job, id, Requester.Of(context), cancel) is { } retry
            ? await AcceptedAsync(jobs, job, retry, cancel)
            : throw new RequestProblemException(409, "id", $"{id}", $"is {run.Outcome.Name()}.", "Only runs that failed, timed out, were cancelled or were abandoned can be tried again.");
    }

    private static async Task<IResult> Cancel(HttpContext context, JobQueries jobs, JobSteering steering, string job, long id, CancellationToken cancel)
    {
        var run = await JobsApi.FindRunAsync(jobs, job, id, cancel);
        return await steering.CancelAsync(job, id, Requester.Of(context), cancel)
            ? await AcceptedAsync(jobs, job, id, cancel)
            : throw new RequestProblemException(409, "id", $"{id}", $"is {run.Outcome.Name()}.", "Only runs that are queued or running can be cancelled.");
    }

    private static async Task<IResult> AcceptedAsync(JobQueries jobs, string job, long id, CancellationToken cancel) =>
        TypedResults.Accepted($"/api/v1/jobs/{job}/runs/{id}", JobRunItem.Of(await JobsApi.FindRunAsync(jobs, job, id, cancel)));
}
