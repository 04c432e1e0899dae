using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CryptoAspire.Testing;

/// <summary>Waits for something that another thread or process does; polls every 20 ms and fails with the last reason.</summary>
public static class Eventually
{
    /// <summary>Time allowed when a test names none: long enough for a busy two-core machine.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message holds the condition's text.</exception>
    public static Task True(Func<bool> condition, TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        True(() => Task.FromResult(condition()), timeout, text);

    /// <inheritdoc cref="True(Func{bool}, TimeSpan?, string)"/>
    public static async Task True(Func<Task<bool>> condition, TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        await Value(condition, static holds => holds, timeout, text);

    /// <summary>Reads a value until it satisfies the predicate and returns it.</summary>
    /// <exception cref="TimeoutException">It never did; the message holds the last value.</exception>
    public static async Task<T> Value<T>(Func<Task<T>> read, Func<T, bool> predicate, TimeSpan? timeout = null,
        [CallerArgumentExpression(nameof(predicate))] string text = "")
    {
        var limit = timeout ?? DefaultTimeout;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            var value = await read();
            if (predicate(value)) return value;
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {text}. Last value: {value}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Repeats assertions until they pass; when time is up the last failure is thrown as it is.</summary>
    public static async Task Passes(Func<Task> assertions, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(start) < limit)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
