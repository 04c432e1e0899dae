using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting;

namespace CryptoAspire.LocalHosting.DotNet;

/// <summary>A profile of a project's launchSettings.json.</summary>
internal sealed record LaunchProfile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    [JsonIgnore]
    public string Name { get; init; } = "";

    public string? CommandName { get; init; }

    public string? CommandLineArgs { get; init; }

    public string? ApplicationUrl { get; init; }

    public Dictionary<string, string> EnvironmentVariables { get; init; } = [];

    /// <summary>The addresses of <see cref="ApplicationUrl"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<Uri> Urls =>
        [.. (ApplicationUrl ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(u => new Uri(u))];

    /// <summary>
    /// The profile to run a project with: the one named by <paramref name="options"/>, else the one named like the AppHost's own,
    /// else the first that starts the project. Null when there is none.
    /// </summary>
    public static LaunchProfile? Find(IProjectMetadata project, ProjectResourceOptions options, string? preferred)
    {
        var path = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (options.ExcludeLaunchProfile || !File.Exists(path))
        {
            return null;
        }

        var profiles = Read(path);
        if (options.LaunchProfileName is { } name)
        {
            return profiles.FirstOrDefault(p => p.Name == name)
                ?? throw new DistributedApplicationException($"Launch settings file does not contain '{name}' profile: {path}");
        }

        return profiles.FirstOrDefault(p => p.Name == preferred) ?? profiles.FirstOrDefault(p => p.CommandName == "Project");
    }

    private static List<LaunchProfile> Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllBytes(path), s_options);
            return [.. (file?.Profiles ?? []).Select(p => p.Value with { Name = p.Key })];
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"Failed to read the launch settings file '{path}': {e.Message}", e);
        }
    }

    private sealed record LaunchSettings(Dictionary<string, LaunchProfile>? Profiles);
}
