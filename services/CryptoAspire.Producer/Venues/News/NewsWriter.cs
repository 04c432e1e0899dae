using System.Security.Cryptography;
using System.Text;
using CryptoAspire.Market.Context;
using CryptoAspire.Producer.Feeds;

namespace CryptoAspire.Producer.Venues.News;

/// <summary>Writes articles to <c>news</c>, each once unless it was edited.</summary>
internal sealed class NewsWriter
{
    // Feeds list some dozens; what falls out of here and comes again changes nothing in the table.
    private const int Remembered = 1_000;

    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    public async Task WriteAsync(Market.Context.News news, IFeedOutlet outlet, CancellationToken cancellation)
    {
        var value = ContextCodec.ToUtf8(news);
        var content = Convert.ToHexString(SHA256.HashData(value).AsSpan(0, 16));
        if (written.TryGetValue(news.Id, out var last) && last == content) return;
        await outlet.WriteAsync(Market.Context.News.Topic, Encoding.UTF8.GetBytes(news.Id), value, cancellation);
        if (!written.ContainsKey(news.Id)) order.Enqueue(news.Id);
        written[news.Id] = content;
        if (order.Count > Remembered) written.Remove(order.Dequeue());
    }
}
