namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>Splits a line at its commas; what stands in quotation marks is one field, and the marks do not belong to it (RFC 4180).</summary>
internal static class CsvLine
{
    /// <summary>As many fields as a row may have.</summary>
    public const int MostFields = 32;

    /// <summary>How many fields there are; more than there is room for count only.</summary>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var count = 0;
        for (var at = 0; at <= line.Length;)
        {
            var rest = line[at..];
            Range field;
            if (rest is [(byte)'"', ..] && Closing(rest) is var closing and > 0)
            {
                field = (at + 1)..(at + closing);
                at += closing + 1;
                var comma = line[at..].IndexOf((byte)',');
                at = comma < 0 ? line.Length + 1 : at + comma + 1;
            }
            else
            {
                var comma = rest.IndexOf((byte)',');
                field = at..(comma < 0 ? line.Length : at + comma);
                at = comma < 0 ? line.Length + 1 : at + comma + 1;
            }
            if (count < fields.Length) fields[count] = field;
            count++;
        }
        return count;
    }

    /// <summary>Where the quotation mark is that ends the field; a doubled one does not.</summary>
    private static int Closing(ReadOnlySpan<byte> field)
    {
        for (var at = 1; at < field.Length; at++)
        {
            if (field[at] != (byte)'"') continue;
            if (at + 1 == field.Length || field[at + 1] != (byte)'"') return at;
            at++;
        }
        return -1;
    }
}
