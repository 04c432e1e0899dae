using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>The handler of one API key.</summary>
internal abstract class Api
{
    public abstract ApiKey Key { get; }

    /// <summary>Reads the request's body and answers it into the context's output (or not at all: Produce with acks=0).</summary>
    /// <exception cref="ProtocolException">The body is not the message it claims to be.</exception>
    public abstract ValueTask HandleAsync(ref KafkaReader body, RequestContext context);
}

/// <summary>An API whose answer is one message.</summary>
internal abstract class Api<TRequest, TResponse> : Api
    where TRequest : class, IKafkaMessage<TRequest>
    where TResponse : class, IKafkaMessage<TResponse>
{
    public sealed override ApiKey Key => TRequest.ApiKey;

    public sealed override ValueTask HandleAsync(ref KafkaReader body, RequestContext context) =>
        RespondAsync(TRequest.Read(ref body, context.Version), context);

    /// <returns>The response; null = none is sent.</returns>
    protected abstract ValueTask<TResponse?> AnswerAsync(TRequest request, RequestContext context);

    private async ValueTask RespondAsync(TRequest request, RequestContext context)
    {
        if (await AnswerAsync(request, context).ConfigureAwait(false) is { } response)
            context.Respond(response);
    }
}
