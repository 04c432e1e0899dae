using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.AppHost;

/// <summary>
/// What the user can set, from appsettings.json, environment or command line: where the market's data comes from
/// (<c>Feeds:Mode</c>, <c>Replay:Path|Speed|Loop</c>), <c>Ports:*</c>, <c>StreamProcessor:Replicas</c>. What else stands in the
/// sections Feeds, Simulator, Jobs and Retention is for the services that know it, and passed on as it is.
/// </summary>
internal sealed class Settings
{
    private const string Auto = "auto", Live = "live", Simulated = "simulated", Replay = "replay";
    private static readonly string[] s_modes = [Auto, Live, Simulated, Replay];
    private const string AsFastAsPossible = "max";
    private const double FastestReplay = 10_000;
    private static readonly string[] s_passedOn = ["Feeds", "Simulator", "Jobs", "Retention"];
    private static readonly string[] s_ports = ["Dashboard", "Api", "Kafka", "Postgres"];

    private readonly Dictionary<string, int> _ports = new(StringComparer.OrdinalIgnoreCase);
    private string _mode = Auto;
    private IReadOnlyList<string> _replayPaths = [];
    private string _replaySpeed = "1";
    private bool _replayLoop;

    private readonly IReadOnlyList<KeyValuePair<string, string>> _passedOn;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _keys;

    private Settings(IConfiguration configuration)
    {
        var all = s_passedOn.SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(s => s.Value is not null && !s.Key.Equals("Feeds:Mode", StringComparison.OrdinalIgnoreCase))
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => KeyValuePair.Create(s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!))
            .ToLookup(s => s.Key.EndsWith("__Key", StringComparison.OrdinalIgnoreCase));
        (_passedOn, _keys) = ([.. all[false]], [.. all[true]]);
    }

    /// <summary>Processes of the stream processor; the topic's 12 partitions are shared among them.</summary>
    public int StreamProcessorReplicas { get; private set; } = 1;

    /// <summary>Whether the producer may read from the simulator.</summary>
    public bool NeedsSimulator => _mode != Live;

    /// <summary>The settings, or one line that names the wrong one, its value and the remedy.</summary>
    public static (Settings? Settings, string? Mistake) Read(IConfiguration configuration)
    {
        var settings = new Settings(configuration);
        var mistake = settings.ReadMode(configuration) ?? settings.ReadReplay(configuration) ?? settings.ReadPorts(configuration) ?? settings.ReadReplicas(configuration);
        return mistake is null ? (settings, null) : (null, mistake);
    }

    /// <summary>The port that the user has set.</summary>
    public int? Port(string name) => _ports.TryGetValue(name, out var port) ? port : null;

    /// <summary>Passes the feeds' settings on to a service.</summary>
    public void AddFeeds(EnvironmentCallbackContext context)
    {
        context.EnvironmentVariables["Feeds__Mode"] = _mode;
        if (_mode == Replay)
        {
            context.EnvironmentVariables["Replay__Path"] = string.Join(';', _replayPaths);
            context.EnvironmentVariables["Replay__Speed"] = _replaySpeed;
            context.EnvironmentVariables["Replay__Loop"] = _replayLoop ? "true" : "false";
        }

        foreach (var (name, value) in _passedOn)
        {
            context.EnvironmentVariables[name] = value;
        }
    }

    /// <summary>Passes the keys of sources that want one (<c>Feeds:newsapi:Key</c>) to the service that asks them, and never into a manifest.</summary>
    public void AddFeedKeys(EnvironmentCallbackContext context)
    {
        foreach (var (name, value) in context.ExecutionContext.IsRunMode ? _keys : [])
        {
            context.EnvironmentVariables[name] = value;
        }
    }

    private string? ReadMode(IConfiguration configuration)
    {
        _mode = (configuration["Feeds:Mode"] is { Length: > 0 } mode ? mode : Auto).ToLowerInvariant();
        return s_modes.Contains(_mode) ? null : $"Feeds:Mode is '{_mode}', which is not known: use one of {string.Join(", ", s_modes)}.";
    }

    private string? ReadReplay(IConfiguration configuration)
    {
        var speed = (configuration["Replay:Speed"] is { Length: > 0 } given ? given : "1").ToLowerInvariant();
        _replaySpeed = speed == AsFastAsPossible ? speed : speed.TrimEnd('x');
        if (_replaySpeed != AsFastAsPossible && !(double.TryParse(_replaySpeed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var times) && times is > 0 and <= FastestReplay))
        {
            return $"Replay:Speed is '{configuration["Replay:Speed"]}', which is not known: use 1, 10, another number up to {FastestReplay:0}, or max.";
        }

        if (configuration["Replay:Loop"] is { Length: > 0 } loop && !bool.TryParse(loop, out _replayLoop))
        {
            return $"Replay:Loop is '{loop}', which is not known: use true or false.";
        }

        if (_mode != Replay)
        {
            return null;
        }

        // One text with several files, or Replay:Path:0, :1, ...
        _replayPaths = [.. configuration.GetSection("Replay:Path").GetChildren().Select(c => c.Value)
            .Prepend(configuration["Replay:Path"])
            .SelectMany(p => (p ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(Path.GetFullPath)];
        return _replayPaths.Count == 0
            ? "Feeds:Mode is 'replay' but Replay:Path is not set: give the capture file, or several separated by ';'."
            : _replayPaths.Select(CaptureFile.Mistake).FirstOrDefault(m => m is not null);
    }

    private string? ReadPorts(IConfiguration configuration)
    {
        if (configuration.GetSection("Ports").GetChildren().FirstOrDefault(c => !s_ports.Contains(c.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            return $"Ports:{unknown.Key} is not known: there are {string.Join(", ", s_ports.Select(p => $"Ports:{p}"))}.";
        }

        foreach (var name in s_ports)
        {
            if (configuration[$"Ports:{name}"] is not { Length: > 0 } text)
            {
                continue;
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                return $"Ports:{name} is '{text}', which is not a port: give a number from 1 to 65535.";
            }

            _ports[name] = port;
        }

        return null;
    }

    private string? ReadReplicas(IConfiguration configuration)
    {
        const int most = 12; // partitions: one more would have nothing to do
        if (configuration["StreamProcessor:Replicas"] is not { Length: > 0 } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) || replicas is < 1 or > most)
        {
            return $"StreamProcessor:Replicas is '{text}': give a number from 1 to {most}.";
        }

        StreamProcessorReplicas = replicas;
        return null;
    }
}
