namespace CryptoAspire.MarketSimulator;

/// <summary>A setting has an impossible value; the message names the setting, the value and what is possible.</summary>
public sealed class SettingException(string setting, string? value, string expected)
    : Exception($"{setting} is '{value}': expected {expected}.");
