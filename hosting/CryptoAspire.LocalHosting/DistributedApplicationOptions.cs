using System.Reflection;

namespace Aspire.Hosting;

/// <summary>How an AppHost is set up.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly name; null for the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Whether to stay silent in the terminal: tests do.</summary>
    public bool DisableDashboard { get; set; }

    internal Assembly? Assembly { get; set; }
}
