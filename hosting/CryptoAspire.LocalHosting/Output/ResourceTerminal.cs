using Microsoft.Extensions.Hosting;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>The AppHost's terminal: whole lines only, each resource with its name and colour.</summary>
internal sealed class ResourceTerminal(bool silent)
{
    private static readonly int[] s_colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _colours = new(StringComparer.OrdinalIgnoreCase);
    private int _width = 8;

    /// <summary>Whether a person looks at it: a live table and colours, else plain lines.</summary>
    public bool Interactive { get; } = !silent && !Console.IsOutputRedirected;

    /// <summary>While the live table is drawn nothing else may write; the lines are in the files.</summary>
    public bool TableIsLive { get; set; }

    /// <summary>Makes a resource known, so that names are aligned and colours given in the AppHost's order.</summary>
    public void Register(string id)
    {
        lock (_lock)
        {
            _colours[id] = s_colours[_colours.Count % s_colours.Length];
            _width = Math.Max(_width, id.Length);
        }
    }

    public void ResourceLine(string id, string line, string plain)
    {
        if (silent || TableIsLive)
        {
            return;
        }

        lock (_lock)
        {
            Console.WriteLine(Interactive
                ? $"\x1b[{_colours.GetValueOrDefault(id, 37)}m{id.PadRight(_width)}\x1b[0m {line}"
                : $"{id.PadRight(_width)} {plain}");
        }
    }

    public void Line(string text = "")
    {
        if (!silent)
        {
            lock (_lock)
            {
                Console.WriteLine(text);
            }
        }
    }
}
