using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>Incidents, newest first.</summary>
public sealed record IncidentList(IReadOnlyList<Incident> Incidents);
