namespace Aspire.Hosting;

/// <summary>How a project is added.</summary>
public sealed class ProjectResourceOptions
{
    /// <summary>The launch profile; null for the default one.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Whether launchSettings.json is left aside.</summary>
    public bool ExcludeLaunchProfile { get; set; }
}
