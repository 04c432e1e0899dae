using Confluent.Kafka;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace CryptoAspire.Api;

/// <summary>Turns failures into problem+json (RFC 9457): a wrong request says how to right it, a missing database when to come back.</summary>
internal sealed partial class ProblemWriter(IProblemDetailsService problems, ILogger<ProblemWriter> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        ProblemDetails details;
        switch (exception)
        {
            case RequestProblemException problem:
                details = new ProblemDetails { Status = problem.Status, Title = problem.Status switch { 404 => "Not found", 409 => "Conflict", _ => "Bad request" }, Detail = problem.Detail };
                details.Extensions["field"] = problem.Field;
                details.Extensions["value"] = problem.Value;
                details.Extensions["remedy"] = problem.Remedy;
                break;
            case NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: not null } or PostgresException { SqlState: PostgresErrorCodes.UndefinedTable }:
                LogAway(exception.Message);
                details = new ProblemDetails { Status = 503, Title = "Database not ready", Detail = "The database cannot be read at the moment." };
                details.Extensions["remedy"] = "Ask again in a few seconds.";
                context.Response.Headers.RetryAfter = "5";
                break;
            case KafkaException:
                LogAway(exception.Message);
                details = new ProblemDetails { Status = 503, Title = "Kafka not ready", Detail = "Kafka does not take records at the moment." };
                details.Extensions["remedy"] = "Ask again in a few seconds.";
                context.Response.Headers.RetryAfter = "5";
                break;
            default:
                return ValueTask.FromResult(false);
        }

        context.Response.StatusCode = details.Status!.Value;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details, Exception = exception });
    }

    [LoggerMessage(LogLevel.Warning, "Answered 503: {Reason}")]
    private partial void LogAway(string reason);
}
