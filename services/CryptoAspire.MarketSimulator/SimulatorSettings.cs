using System.Globalization;

namespace CryptoAspire.MarketSimulator;

/// <summary>What the simulator is told by configuration.</summary>
/// <param name="CapturePaths">Files to replay; empty for the synthetic market.</param>
/// <param name="ReplaySpeed">Multiple of the recorded pace; infinite for <c>max</c>.</param>
/// <param name="ReplayLoop">Begin again at the end.</param>
/// <param name="Seed">Seed of the synthetic market.</param>
/// <param name="TicksPerSecond">Trades a second of the synthetic market, over all coins, at Coinbase and Binance together; Kraken adds a tenth of it, Gemini a twentieth.</param>
public sealed record SimulatorSettings(IReadOnlyList<string> CapturePaths, double ReplaySpeed, bool ReplayLoop, long Seed, double TicksPerSecond)
{
    /// <exception cref="SettingException">A value is impossible.</exception>
    public static SimulatorSettings From(IConfiguration configuration)
    {
        var mode = configuration["Feeds:Mode"] ?? "auto";
        if (mode.ToLowerInvariant() is not ("auto" or "live" or "simulated" or "replay"))
            throw new SettingException("Feeds:Mode", mode, "auto, live, simulated or replay");
        var replays = mode.Equals("replay", StringComparison.OrdinalIgnoreCase);
        var paths = replays ? Paths(configuration) : [];
        if (replays && paths.Count == 0) throw new SettingException("Replay:Path", "", "one or more capture files, separated by ';', because Feeds:Mode is replay");
        return new SimulatorSettings(paths, Speed(configuration), Loop(configuration), Seed: Number(configuration, "Simulator:Seed", 7, long.MinValue),
            TicksPerSecond: Number(configuration, "Simulator:TicksPerSecond", 50, 1, 200_000));
    }

    private static List<string> Paths(IConfiguration configuration) =>
        [.. configuration.GetSection("Replay:Path").GetChildren().Select(c => c.Value).Append(configuration["Replay:Path"])
            .SelectMany(v => (v ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static double Speed(IConfiguration configuration)
    {
        var value = configuration["Replay:Speed"];
        if (string.IsNullOrEmpty(value)) return 1;
        if (value.Equals("max", StringComparison.OrdinalIgnoreCase)) return double.PositiveInfinity;
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= 10_000
            ? speed
            : throw new SettingException("Replay:Speed", value, "1, 10, another number up to 10000, or max");
    }

    private static bool Loop(IConfiguration configuration)
    {
        var value = configuration["Replay:Loop"];
        if (string.IsNullOrEmpty(value)) return false;
        return bool.TryParse(value, out var loop) ? loop : throw new SettingException("Replay:Loop", value, "true or false");
    }

    private static long Number(IConfiguration configuration, string name, long otherwise, long least, long most = long.MaxValue)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value)) return otherwise;
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException(name, value, most == long.MaxValue ? "a whole number" : $"a whole number from {least} to {most}");
    }
}
