namespace CryptoAspire.AggregationScheduler.Quality;

/// <summary>A file of expectations that cannot be used: where it is wrong, and what to write instead.</summary>
internal sealed class ExpectationFileException(string file, long line, string what, string remedy) : Exception($"{file}, line {line}: {what} {remedy}")
{
    public long Line => line;
}
