namespace CryptoAspire.Api;

/// <summary>A weak entity tag from what identifies the rows of an answer, so that an unchanged answer costs 304 and no body.</summary>
internal struct EntityTag()
{
    // FNV-1a, 64 bits.
    private ulong _hash = 14695981039346656037;

    public void Add(long value)
    {
        for (var i = 0; i < 8; i++)
        {
            _hash = (_hash ^ (byte)value) * 1099511628211;
            value >>= 8;
        }
    }

    /// <summary>The answer with its tag, or 304 when the client has it already.</summary>
    public readonly IResult Answer<T>(HttpContext context, T value)
    {
        var tag = $"W/\"{_hash:x16}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        foreach (var known in context.Request.Headers.IfNoneMatch)
        {
            if (known is not null && known.Split(',', StringSplitOptions.TrimEntries).Contains(tag))
                return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        return TypedResults.Ok(value);
    }
}
