using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Shapes;

namespace CryptoAspire.Producer.History.Import;

/// <summary>What the user says of the files.</summary>
/// <param name="Shapes">Those that are tried.</param>
/// <param name="Venue">Null: what the content or the names say.</param>
/// <param name="Symbol">Null: what the content or the names say.</param>
/// <param name="Interval">Null: what the rows say.</param>
internal sealed record ImportSettings(IReadOnlyList<IHistoryShape> Shapes, string? Venue = null, Symbol? Symbol = null, Interval? Interval = null);
