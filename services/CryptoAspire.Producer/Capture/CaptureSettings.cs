using CryptoAspire.Producer.Feeds;

namespace CryptoAspire.Producer.Capture;

/// <summary>Where and how much is captured.</summary>
/// <param name="Directory"><c>Capture:Directory</c>.</param>
/// <param name="FileBytes"><c>Capture:FileMegabytes</c>: a file of this size, uncompressed, is followed by the next.</param>
/// <param name="TotalBytes"><c>Capture:TotalMegabytes</c>: the oldest files go when all are larger.</param>
public sealed record CaptureSettings(string Directory, long FileBytes, long TotalBytes)
{
    /// <summary>A file of this age is followed by the next.</summary>
    public TimeSpan FileAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Null when nothing is to be captured.</summary>
    /// <exception cref="SettingException">A value is impossible.</exception>
    public static CaptureSettings? From(IConfiguration configuration) => configuration["Capture:Directory"] is { Length: > 0 } directory
        ? new CaptureSettings(Path.GetFullPath(directory), Megabytes(configuration, "Capture:FileMegabytes", 256), Megabytes(configuration, "Capture:TotalMegabytes", 10_240))
        : null;

    private static long Megabytes(IConfiguration configuration, string name, long otherwise)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value)) return otherwise << 20;
        return long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1 << 24
            ? number << 20
            : throw new SettingException(name, value, "a whole number of megabytes above 0");
    }
}
