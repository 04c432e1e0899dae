using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>
/// Gives the activity of each request its name and attributes by OpenTelemetry's HTTP conventions (ASP.NET Core starts the
/// activity and leaves that to instrumentation), and keeps the polls of health and metrics out: they would be most of them.
/// </summary>
internal sealed class RequestActivityFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
            if (activity is not { IsAllDataRequested: true })
            {
                await following(context);
                return;
            }
            try
            {
                await following(context);
                Describe(activity, context, context.Response.StatusCode, error: null);
            }
            catch (Exception e)
            {
                Describe(activity, context, StatusCodes.Status500InternalServerError, e);
                throw;
            }
            if (context.Request.Path.Value is "/health" or "/alive" or "/metrics") activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        });
        next(app);
    };

    private static void Describe(Activity activity, HttpContext context, int status, Exception? error)
    {
        var request = context.Request;
        string? route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = route is null ? request.Method : $"{request.Method} {route}";
        activity.SetTag("http.request.method", request.Method);
        activity.SetTag("url.scheme", request.Scheme);
        activity.SetTag("url.path", request.Path.Value);
        activity.SetTag("server.address", request.Host.Host);
        if (request.Host.Port is { } port) activity.SetTag("server.port", port);
        if (route is not null) activity.SetTag("http.route", route);
        activity.SetTag("http.response.status_code", status);
        if (status < 500) return;
        activity.SetTag("error.type", error?.GetType().FullName ?? $"{status}");
        activity.SetStatus(ActivityStatusCode.Error, error?.Message);
    }
}
