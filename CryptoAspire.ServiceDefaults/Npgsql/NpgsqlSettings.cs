namespace Aspire.Npgsql;

/// <summary>Settings of one PostgreSQL data source; section <c>Aspire:Npgsql</c>, then <c>Aspire:Npgsql:{connectionName}</c>.</summary>
public sealed class NpgsqlSettings
{
    /// <summary>Connection string; <c>ConnectionStrings:{connectionName}</c> has precedence over the sections.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out the activities of commands.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves out the pool's and commands' metrics.</summary>
    public bool DisableMetrics { get; set; }
}
