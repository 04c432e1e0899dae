using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>Shows the AppHost's own log lines as one line each under the name <c>apphost</c>.</summary>
internal sealed class TerminalLoggerProvider(ResourceTerminal terminal) : ILoggerProvider
{
    private const string Name = "apphost";

    public ILogger CreateLogger(string categoryName) => new TerminalLogger(terminal);

    public void Dispose()
    {
    }

    private sealed class TerminalLogger(ResourceTerminal terminal) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = $"{(logLevel >= LogLevel.Warning ? $"{logLevel}: " : "")}{formatter(state, exception)}{(exception is null ? "" : $" {exception.Message}")}";
            terminal.ResourceLine(Name, text, text);
        }
    }
}
