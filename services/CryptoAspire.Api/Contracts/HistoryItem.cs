using CryptoAspire.Storage.History;

namespace CryptoAspire.Api.Contracts;

/// <summary>A request for history, and how far it is.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Venue">The source.</param>
/// <param name="Symbol">Canonical.</param>
/// <param name="What">candles or trades.</param>
/// <param name="From">Start.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="Reason">asked for; or downtime: a producer found at its start that Silver had nothing of that time.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="State">open, running, done, failed or cancelled.</param>
/// <param name="DoneUntil">Everything before it is done.</param>
/// <param name="Progress">From 0 to 1, by time.</param>
/// <param name="Pages">Pages that were fetched.</param>
/// <param name="Items">Candles or trades that came.</param>
/// <param name="Detail">What it waits for, or how it ended.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record HistoryItem(
    long Id, string Venue, string Symbol, string What, DateTimeOffset From, DateTimeOffset To, string Reason, string RequestedBy, DateTimeOffset RequestedAt, string State,
    DateTimeOffset DoneUntil, double Progress, long Pages, long Items, string? Detail, DateTimeOffset? FinishedAt)
{
    internal static HistoryItem Of(HistoryRequest r) => new(
        r.Id, r.Source, r.Symbol, r.What, r.From, r.To, r.Reason, r.RequestedBy, r.RequestedAt, r.State, r.NextTime, r.State == "done" ? 1 : Math.Round((r.NextTime - r.From) / (r.To - r.From), 4),
        r.Pages, r.Items, r.Detail, r.FinishedAt);
}
