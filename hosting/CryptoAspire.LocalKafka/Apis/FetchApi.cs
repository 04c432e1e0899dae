using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;
using Microsoft.AspNetCore.Connections;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Fetch (1): whole batches from file to socket, waiting for them if need be. Fetch sessions are never begun (session id 0).</summary>
internal sealed class FetchApi(Broker broker) : Api
{
    /// <summary>fetch.max.bytes: a response is not larger, whatever the client asks (unless its first batch is).</summary>
    private const int LargestResponse = 55 << 20;

    /// <summary>Copied at a time, and flushed, so that a slow client holds no more than this in memory.</summary>
    private const int Chunk = 64 << 10;

    public override ApiKey Key => ApiKey.Fetch;

    public override ValueTask HandleAsync(ref KafkaReader body, RequestContext context) => FetchAsync(FetchRequest.Read(ref body, context.Version), context);

    private async ValueTask FetchAsync(FetchRequest request, RequestContext context)
    {
        using var reads = new FetchReads(broker, request, LargestResponse);
        if (request.SessionId != 0)
        {
            context.Respond(new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound });
            return;
        }

        reads.Read();
        if (!reads.IsEnough)
            await WaitAsync(reads, request, context).ConfigureAwait(false);
        await SendAsync(reads, context).ConfigureAwait(false);
    }

    /// <summary>Reads again whenever one of the partitions moves, until there is enough or the client's patience ends.</summary>
    private async ValueTask WaitAsync(FetchReads reads, FetchRequest request, RequestContext context)
    {
        var started = broker.Time.GetTimestamp();
        using var news = new FetchWaiter(reads.Partitions);
        while (true)
        {
            // Armed before the read: what comes after it is not missed.
            var next = news.Arm();
            reads.Read();
            var left = TimeSpan.FromMilliseconds(request.MaxWaitMs) - broker.Time.GetElapsedTime(started);
            if (reads.IsEnough || left <= TimeSpan.Zero)
                return;
            // An idle consumer's every request ends so: nothing is thrown for it.
            await next.WaitAsync(left, broker.Time, context.Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Gone.ThrowIfCancellationRequested();
            if (!next.IsCompleted)
            {
                reads.Read();
                return;
            }
        }
    }

    private async ValueTask SendAsync(FetchReads reads, RequestContext context)
    {
        var (writer, output, version) = (context.Writer, context.Output, context.Version);
        output.Begin();
        output.Announce(ResponseHeader.Size(Key, version) + reads.Size(version));
        ResponseHeader.Write(writer, Key, version, context.Header.CorrelationId);
        new FetchResponse().WriteHeader(writer, version, reads.Topics.Count);
        foreach (var (topic, partitions) in reads.Topics)
        {
            FetchResponse.FetchableTopicResponse.WriteHeader(writer, topic, partitions.Length);
            foreach (var partition in partitions)
            {
                partition.Answer.WriteHeader(writer, version, partition.Length);
                if (partition.Length > 0)
                    await CopyAsync(partition.Read!, output).ConfigureAwait(false);
            }
        }
        broker.Metrics.RecordBytesOut.Add(reads.RecordBytes);
    }

    private static async ValueTask CopyAsync(LogRead read, CountingWriter output)
    {
        for (var done = 0; done < read.Length;)
        {
            var part = Math.Min(Chunk, read.Length - done);
            done += Copy(read, output, part, done);
            if (done < read.Length && !await output.FlushAsync().ConfigureAwait(false))
                throw new ConnectionAbortedException("the client left while it was sent records");
        }
    }

    private static int Copy(LogRead read, CountingWriter output, int bytes, int start)
    {
        var copied = read.CopyTo(output.GetSpan(bytes)[..bytes], start);
        output.Advance(copied);
        return copied;
    }
}
