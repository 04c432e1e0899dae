using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>The resources with state, health and addresses, as people see them.</summary>
internal sealed class ResourceTable(DistributedApplicationModel model)
{
    private readonly Dictionary<string, CustomResourceSnapshot> _rows = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IResource> _resources = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _order = [];

    /// <summary>Whether nothing more will happen by itself.</summary>
    public bool IsSettled => model.Resources.All(IsComplete) && _rows.All(r => IsRowSettled(r.Value) || (r.Value.State?.Text == KnownResourceStates.Waiting && IsBlocked(_resources[r.Key])));

    public IEnumerable<(string Id, string Reason)> Failures => _order.Where(id => HasFailed(_rows[id])).Select(id => (id, _rows[id].Reason ?? "no reason is known"));

    /// <summary>Takes a change in; false when people would see no difference.</summary>
    public bool Update(ResourceEvent change)
    {
        var (id, snapshot) = (change.ResourceId, change.Snapshot);
        if (snapshot.ResourceType == "Parameter" && snapshot.State?.Text != KnownResourceStates.ValueMissing)
        {
            return false; // a parameter that has its value is no news
        }

        var known = _rows.TryGetValue(id, out var before);
        if (!known)
        {
            _order.Add(id);
        }

        _rows[id] = snapshot;
        _resources[id] = change.Resource;
        return !known || Summary(before!) != Summary(snapshot);
    }

    public string? UrlOf(string id) =>
        _rows.TryGetValue(id, out var row) && row.State?.Text == KnownResourceStates.Running ? row.Urls.FirstOrDefault()?.Url : null;

    public IRenderable Render()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Resource", "State", "Health", "Address", "Note");
        foreach (var id in _order.OrderBy(id => model.Resources.IndexOf(_resources[id])))
        {
            var row = _rows[id];
            table.AddRow(
                new Markup(Markup.Escape(id)),
                new Markup($"[{ColourOf(row)}]{Markup.Escape(StateOf(row))}[/]"),
                new Markup($"[{(row.HealthStatus == HealthStatus.Healthy ? "green" : "yellow")}]{HealthOf(row)}[/]"),
                new Text(Addresses(row)),
                new Text(row.Reason ?? HealthReason(row) ?? ""));
        }

        return table;
    }

    /// <summary>One line: state, health, addresses, and the reason as long as it does not run.</summary>
    public static string Summary(CustomResourceSnapshot row) => string.Join(
        ", ", new[] { StateOf(row), HealthOf(row), Addresses(row), row.State?.Text == KnownResourceStates.Running ? "" : row.Reason ?? "" }.Where(p => p.Length > 0));

    private static string StateOf(CustomResourceSnapshot row) =>
        $"{row.State?.Text ?? "Unknown"}{(row.Restarts > 0 ? string.Create(CultureInfo.InvariantCulture, $" (restart {row.Restarts})") : "")}";

    private static string HealthOf(CustomResourceSnapshot row) => row switch
    {
        { HealthStatus: null } => "",
        { HealthReports.Length: 0 } => "",
        { HealthStatus: HealthStatus.Healthy } => "Healthy",
        _ when row.HealthReports.All(r => r.Status is null) || !row.IsReady => "Checking",
        { HealthStatus: { } status } => status.ToString(),
    };

    // Before it is ready an unhealthy answer is no news: it is still starting.
    private static string? HealthReason(CustomResourceSnapshot row) => row is { HealthStatus: HealthStatus.Unhealthy, IsReady: true }
        ? row.HealthReports.FirstOrDefault(r => r.Status == HealthStatus.Unhealthy)?.Description
        : null;

    private static string Addresses(CustomResourceSnapshot row) =>
        row.State?.Text == KnownResourceStates.Running ? string.Join(' ', row.Urls.Select(u => u.Url)) : "";

    private static string ColourOf(CustomResourceSnapshot row) => row.State?.Text switch
    {
        "Running" => "green",
        "FailedToStart" or "ValueMissing" => "red",
        "Restarting" => "yellow",
        "Waiting" or "NotStarted" => "grey",
        _ => "blue",
    };

    /// <summary>Whether each of its instances has said something: the first may run before the last is heard of. A parameter with its value says nothing.</summary>
    private bool IsComplete(IResource resource) =>
        resource is ParameterResource || _resources.Values.Count(r => ReferenceEquals(r, resource)) >= resource.GetReplicaCount();

    /// <summary>Whether it waits, directly or not, for something that has failed.</summary>
    private bool IsBlocked(IResource resource) => resource.Annotations.OfType<WaitAnnotation>().Any(w =>
        _resources.Any(r => ReferenceEquals(r.Value, w.Resource) && HasFailed(_rows[r.Key])) || IsBlocked(w.Resource));

    private static bool HasFailed(CustomResourceSnapshot row) =>
        row.State?.Text == KnownResourceStates.FailedToStart || row.State?.Text == KnownResourceStates.ValueMissing;

    private static bool IsRowSettled(CustomResourceSnapshot row) => row.State?.Text switch
    {
        "Running" => ResourceNotificationService.IsHealthy(row),
        "NotStarted" or "ValueMissing" => true,
        { } state => KnownResourceStates.TerminalStates.Contains(state),
        null => false,
    };
}
