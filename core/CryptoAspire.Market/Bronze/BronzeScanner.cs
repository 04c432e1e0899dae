namespace CryptoAspire.Market.Bronze;

/// <summary>
/// Steps through JSON whose shape is expected, byte for byte. Every step is false, without a reason, at anything else: the reader then
/// begins anew with a real JSON parser.
/// </summary>
internal ref struct BronzeScanner(ReadOnlySpan<byte> value)
{
    private const int LongestText = 64;

    // 18 digits fit a long whatever they are.
    private const int MostDigits = 18;

    private ReadOnlySpan<byte> _rest = value;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Passes over exactly these bytes.</summary>
    public bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected))
            return false;
        _rest = _rest[expected.Length..];
        return true;
    }

    /// <summary>A JSON number that is a whole number, not negative.</summary>
    public bool Integer(out long? number)
    {
        long value = 0;
        var length = 0;
        while (length < _rest.Length && length <= MostDigits && (uint)(_rest[length] - '0') <= 9)
            value = value * 10 + (_rest[length++] - '0');
        number = value;
        if (length is 0 or > MostDigits || (length > 1 && _rest[0] == '0'))
            return false;
        _rest = _rest[length..];
        return true;
    }

    /// <summary>What stands before the next quotation mark, which is passed too; the caller refuses what needs an escape.</summary>
    public bool Text(out ReadOnlySpan<byte> text)
    {
        var length = _rest[..Math.Min(LongestText, _rest.Length)].IndexOf((byte)'"');
        if (length < 0)
        {
            text = default;
            return false;
        }

        text = _rest[..length];
        _rest = _rest[(length + 1)..];
        return true;
    }
}
