namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// How charts look: their colours, light and dark, which people with any kind of colour blindness can tell apart (after Okabe and Ito 2008), in a style sheet.
/// </summary>
internal static class ChartStyle
{
    /// <summary>How many colours of names there are; the last is grey, for all others.</summary>
    public const int Colours = 8;

    /// <summary>How many colours there are for numbers, from low to high.</summary>
    public const int Shades = 5;

    private const int Dashes = 4;

    public const string Css = """
        :root { --s0: #0067b1; --s1: #d14a00; --s2: #00855f; --s3: #b8488e; --s4: #a87400; --s5: #2c94c9; --s6: #6a51a3; --s7: #767d85;
          --n0: #e59a2f; --n1: #dd6350; --n2: #b13578; --n3: #6f2180; --n4: #2a1260; }
        @media (prefers-color-scheme: dark) { :root { --s0: #5cb3f0; --s1: #f2935c; --s2: #3fc296; --s3: #e58fc4; --s4: #e3c34a; --s5: #9fd4f5; --s6: #ad9cf0; --s7: #8d959e;
          --n0: #7a4fb0; --n1: #b84f9f; --n2: #e5687c; --n3: #f79c66; --n4: #fbdf94; } }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
        .n0 { --c: var(--n0); } .n1 { --c: var(--n1); } .n2 { --c: var(--n2); } .n3 { --c: var(--n3); } .n4 { --c: var(--n4); }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20.5rem), 1fr)); gap: 1.25rem; }
        figure { margin: 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); min-width: 0; }
        figure svg { display: block; width: 100%; max-width: 28rem; height: auto; margin: 0 auto; overflow: visible; }
        figure h3 { margin: 0 0 .4rem; font-size: 1rem; } figcaption { color: var(--muted); font-size: .85rem; line-height: 1.4; margin-top: .5rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .15rem .9rem; list-style: none; margin: 0 0 .5rem; padding: 0; font-size: .85rem; color: var(--text); overflow-wrap: anywhere; }
        .legend li { display: flex; align-items: center; gap: .4rem; color: var(--text); }
        .swatch { flex: none; width: .7rem; height: .7rem; border-radius: 50%; background: var(--c); }
        .swatch-line { flex: none; width: 1.5rem; border-top: 3px solid var(--c); } .swatch-line.d1, .swatch-line.d3 { border-top-style: dashed; } .swatch-line.d2 { border-top-style: dotted; }
        svg text { fill: var(--text); font: 11.5px system-ui, sans-serif; } svg .tick { fill: var(--muted); font-variant-numeric: tabular-nums; }
        svg .axis-title { fill: var(--muted); font-size: 12px; } svg .row-title { font-size: 12.5px; } svg .row-value { font-weight: 600; font-variant-numeric: tabular-nums; }
        svg .row-title, svg .row-value, svg .tick { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
        .grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--muted); } .zero { stroke: var(--muted); stroke-width: 1.5; }
        .reference { fill: none; stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 3 4; }
        .line { fill: none; stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; } .band { fill: var(--c); fill-opacity: .14; }
        .line.d1 { stroke-dasharray: 8 4; } .line.d2 { stroke-dasharray: 1.5 4; } .line.d3 { stroke-dasharray: 9 4 1.5 4; }
        .marker { fill: var(--c); stroke: var(--card); stroke-width: 1.2; } .ring { fill: none; stroke: var(--c); stroke-width: 1.2; stroke-opacity: .75; }
        .interval { stroke: var(--c); stroke-width: 3; stroke-linecap: round; } .interval.thin { stroke-width: 2; stroke-opacity: .55; } .bar { fill: var(--c); } .dot { fill: var(--c); fill-opacity: .72; }
        """;

    /// <summary>The class of the colour of a name; those after the last have the last.</summary>
    public static string Colour(int index) => $"s{Math.Min(index, Colours - 1)}";

    /// <summary>The class of the colour of a number, from 0 for the lowest.</summary>
    public static string Shade(int index) => $"n{Math.Min(index, Shades - 1)}";

    /// <summary>The class of a line's dashes, by which lines differ without their colours.</summary>
    public static string Dash(int index) => $"d{index % Dashes}";
}
