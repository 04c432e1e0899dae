using System.Text;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>A refused record, byte by byte.</summary>
/// <param name="Record">What is kept of it; key and value in Base64.</param>
/// <param name="KeyText">Its key as UTF-8; bytes that are not show as �.</param>
/// <param name="ValueText">Its value as UTF-8; bytes that are not show as �.</param>
/// <param name="ValueHex">Its value in hexadecimal, sixteen bytes a line: offset, bytes, ASCII.</param>
public sealed record QuarantineItem(QuarantinedRecord Record, string? KeyText, string? ValueText, IReadOnlyList<string> ValueHex)
{
    internal static QuarantineItem Of(QuarantinedRecord record) => new(record, Text(record.Key), Text(record.Value), HexDump.Lines(record.Value ?? []));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
