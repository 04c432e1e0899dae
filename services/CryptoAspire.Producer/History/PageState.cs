namespace CryptoAspire.Producer.History;

/// <summary>What a page leaves of a request.</summary>
internal enum PageState
{
    /// <summary>There is more.</summary>
    More,

    /// <summary>That was all.</summary>
    Done,

    /// <summary>It was cancelled, or another producer has it.</summary>
    NotOurs,
}
