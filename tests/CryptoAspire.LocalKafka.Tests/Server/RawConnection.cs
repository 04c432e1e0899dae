using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>A socket that speaks to the broker byte by byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private NetworkStream _stream = null!;

    public static async Task<RawConnection> ConnectAsync(int port)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, port);
        connection._stream = connection._tcp.GetStream();
        return connection;
    }

    /// <summary>A whole frame: length, header, body.</summary>
    public static byte[] Frame<T>(T request, short version, int correlationId) where T : IKafkaMessage<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(buffer);
        new RequestHeader(T.ApiKey, version, correlationId, "raw").Write(writer);
        request.Write(writer, version);
        return WithLength(buffer.WrittenSpan);
    }

    /// <summary>A header alone, of any key and version.</summary>
    public static byte[] Header(short key, short version, int correlationId)
    {
        var header = new byte[10];
        BinaryPrimitives.WriteInt16BigEndian(header, key);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(2), version);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), correlationId);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(8), -1);
        return WithLength(header);
    }

    public async Task SendAsync(params byte[][] frames) => await _stream.WriteAsync(frames.SelectMany(f => f).ToArray());

    /// <summary>The next response: correlation id and what follows it; null when the broker closed the connection.</summary>
    public async Task<(int CorrelationId, byte[] Body)?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var length = new byte[4];
            await _stream.ReadExactlyAsync(length, patience.Token);
            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await _stream.ReadExactlyAsync(frame, patience.Token);
            return (BinaryPrimitives.ReadInt32BigEndian(frame), frame[4..]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static T Read<T>(byte[] body, short version) where T : IKafkaMessage<T>
    {
        var reader = new KafkaReader(body);
        return T.Read(ref reader, version);
    }

    public void Dispose() => _tcp.Dispose();

    /// <summary>The bytes with their length in front.</summary>
    public static byte[] WithLength(ReadOnlySpan<byte> bytes)
    {
        var frame = new byte[bytes.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, bytes.Length);
        bytes.CopyTo(frame.AsSpan(4));
        return frame;
    }
}
