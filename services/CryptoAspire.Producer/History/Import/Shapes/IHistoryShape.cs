using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>A shape that files of history have, recognised by its content.</summary>
internal interface IHistoryShape
{
    /// <summary>For <c>--format</c>; and the candles' origin.</summary>
    string Name { get; }

    /// <summary>What it looks like, for people.</summary>
    string Looks { get; }

    /// <summary>Null when the content is of another shape.</summary>
    HistoryLayout? Recognise(HistoryContent content);
}
