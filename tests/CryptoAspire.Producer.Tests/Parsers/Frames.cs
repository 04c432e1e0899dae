using System.Text;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Tests.Parsers;

/// <summary>Messages read into frames of their own.</summary>
internal static class Frames
{
    public static FeedFrame By(FeedFrame.Reader parser, ReadOnlySpan<byte> message)
    {
        var frame = new FeedFrame();
        frame.Read(message, parser);
        return frame;
    }

    public static FeedFrame By(FeedFrame.Reader parser, string message) => By(parser, Encoding.UTF8.GetBytes(message));

    public static List<FeedFrame> All(FeedFrame.Reader parser, IEnumerable<byte[]> messages) => [.. messages.Select(m => By(parser, m))];
}
