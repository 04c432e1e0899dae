using System.Diagnostics;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>Runs Debian's kcat 1.7.1 (librdkafka 2.0.2) and gives back what it printed.</summary>
internal static class Kcat
{
    public sealed record Result(int ExitCode, byte[] Output, string Errors)
    {
        public string Text => System.Text.Encoding.UTF8.GetString(Output);

        public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<Result> RunAsync(string bootstrap, string arguments, string? input = null, int seconds = 90)
    {
        var result = await TryRunAsync(bootstrap, arguments, input, seconds);
        Assert.True(result.ExitCode == 0, $"kcat {arguments} ended with {result.ExitCode}:\n{result.Errors}\n{result.Text}");
        return result;
    }

    public static async Task<Result> TryRunAsync(string bootstrap, string arguments, string? input = null, int seconds = 90)
    {
        using var process = Start(bootstrap, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            using var output = new MemoryStream();
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await copying;
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, output.ToArray(), await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public static Process Start(string bootstrap, string arguments) =>
        Process.Start(new ProcessStartInfo("kcat", $"-b {bootstrap} {arguments}") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
}
