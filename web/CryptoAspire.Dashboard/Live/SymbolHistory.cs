using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Live;

/// <summary>What the database knows of one symbol.</summary>
/// <param name="Latest">Its newest price, and the 24 hours before.</param>
/// <param name="Spark">Closes of its newest minutes, oldest first.</param>
public sealed record SymbolHistory(LatestPrice Latest, IReadOnlyList<decimal> Spark);
