namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>Meters that a component's settings switched off (<c>DisableMetrics</c>) and that no other component wants.</summary>
internal sealed class TelemetryExclusions
{
    private readonly HashSet<string> _wanted = [];
    private readonly HashSet<string> _unwanted = [];

    public void Meter(string name, bool disabled) => (disabled ? _unwanted : _wanted).Add(name);

    public bool IsExcluded(string meter) => _unwanted.Contains(meter) && !_wanted.Contains(meter);
}
