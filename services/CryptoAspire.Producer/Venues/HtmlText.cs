using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace CryptoAspire.Producer.Venues;

/// <summary>What a reader would see of a piece of HTML: scripts, styles and mark-up gone, entities decoded, white space as single spaces.</summary>
internal static class HtmlText
{
    // Longer input is cut before it is parsed: no feed's text that we keep a part of begins later.
    private const int MostInput = 16_000;
    private const string Unseen = "script, style, noscript, template, iframe, object, svg, math, title, textarea, select";

    /// <param name="most">Longer text is cut at a word and ends in an ellipsis.</param>
    public static string Plain(string html, int most)
    {
        var document = new HtmlParser().ParseDocument(html.Length > MostInput ? html[..MostInput] : html);
        foreach (var element in document.QuerySelectorAll(Unseen).ToList()) element.Remove();
        // Blocks end words as spaces do.
        foreach (var element in document.QuerySelectorAll("p, br, div, li, h1, h2, h3, h4, tr, td").ToList()) element.After(document.CreateTextNode(" "));
        var visible = (document.Body?.TextContent ?? "").Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? ' ' : c);
        var text = string.Join(' ', string.Concat(visible).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (text.Length <= most) return text;
        var end = text.LastIndexOf(' ', most - 1);
        return string.Concat(text.AsSpan(0, end > most / 2 ? end : most - 1).TrimEnd(), "…");
    }
}
