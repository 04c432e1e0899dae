using System.Buffers.Binary;
using System.Net.Sockets;
using Aspire.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting.Kafka;

/// <summary>
/// Healthy when the broker answers a Metadata request. The request is written here by hand (Kafka protocol, Metadata v1 for no
/// topics, 27 bytes), so that the AppHost needs no Kafka client and no native library.
/// </summary>
internal sealed class KafkaHealthCheck(KafkaServerResource kafka) : IHealthCheck
{
    private const int CorrelationId = 0x4B41;
    private const int MaxAnswer = 1 << 20;
    private static readonly byte[] s_request = MetadataRequest();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!kafka.PrimaryEndpoint.IsAllocated)
        {
            return HealthCheckResult.Unhealthy("not started");
        }

        using var client = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            await client.ConnectAsync("127.0.0.1", kafka.PrimaryEndpoint.Port, cancellationToken).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(s_request, cancellationToken).ConfigureAwait(false);
            var header = new byte[8];
            await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadInt32BigEndian(header);
            var correlationId = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
            if (correlationId != CorrelationId || length is < 12 or > MaxAnswer)
            {
                return HealthCheckResult.Unhealthy("what listens there is not a Kafka broker");
            }

            var body = new byte[length - 4];
            await stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
            var brokers = BinaryPrimitives.ReadInt32BigEndian(body);
            return brokers > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the cluster has no broker");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    private static byte[] MetadataRequest()
    {
        const short metadata = 3, version = 1;
        var clientId = "apphost"u8;
        var frame = new byte[4 + 2 + 2 + 4 + 2 + clientId.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), metadata);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), CorrelationId);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(12), (short)clientId.Length);
        clientId.CopyTo(frame.AsSpan(14));
        return frame; // the last four bytes: an array of no topics
    }
}
