namespace CryptoAspire.Storage.Quality;

/// <summary>How bad it is when an expectation fails; weighs 1, 2 and 3 in the scores.</summary>
public enum ExpectationSeverity
{
    Info,
    Warning,
    Error,
}
