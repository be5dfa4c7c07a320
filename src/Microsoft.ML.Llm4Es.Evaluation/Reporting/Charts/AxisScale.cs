using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The numbers along an axis: its ends, round numbers to mark, and how far along it a number is.</summary>
internal sealed class AxisScale
{
    private static readonly double[] RoundSteps = [1, 2, 2.5, 5, 10];

    private readonly bool _isLogarithmic;
    private readonly int _decimals;

    private AxisScale(double low, double high, double[] ticks, int decimals, bool isLogarithmic)
    {
        (Low, High, Ticks) = (low, high, ticks);
        (_decimals, _isLogarithmic) = (decimals, isLogarithmic);
    }

    /// <summary>From 0 to 1, of shares and probabilities.</summary>
    public static AxisScale Unit { get; } = new(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1], 1, isLogarithmic: false);

    public double Low { get; }

    public double High { get; }

    /// <summary>Round numbers from <see cref="Low"/> to <see cref="High"/>.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>A scale from one round number to another that holds all the numbers; those that are not finite do not count.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="steps">About how many steps between ticks.</param>
    public static AxisScale Holding(IEnumerable<double> values, int steps = 5) => Create(values, steps, isTight: false);

    /// <summary>A scale from the least number to the greatest, with round numbers between them, for lines that run from edge to edge.</summary>
    /// <inheritdoc cref="Holding" path="/param"/>
    public static AxisScale Spanning(IEnumerable<double> values, int steps = 5) => Create(values, steps, isTight: true);

    /// <summary>A scale on which each factor has the same length. Numbers that are not positive do not count.</summary>
    public static AxisScale Logarithmic(IEnumerable<double> values)
    {
        (double low, double high) = Ends(values.Where(value => value > 0));
        (low, high) = low > 0 ? (low, high) : (1, 10);
        double[] ticks = Powers(low, high, [1]);
        if (ticks.Length < 3) ticks = Powers(low, high, [1, 2, 5]);
        return new AxisScale(Math.Min(low, ticks[0]), Math.Max(high, ticks[^1]), ticks, decimals: -1, isLogarithmic: true);
    }

    /// <summary>How far along the axis a number is: 0 at its low end, 1 at its high one. A number beyond an end is put there.</summary>
    public double Place(double value) => Math.Clamp(_isLogarithmic
        ? (Math.Log(Math.Max(value, double.Epsilon)) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
        : (value - Low) / (High - Low), 0, 1);

    /// <summary>A tick as text: as many decimals as the steps need, thousands and millions in short.</summary>
    public string Text(double tick)
    {
        double size = Math.Max(Math.Abs(Low), Math.Abs(High));
        (double unit, string suffix) = size >= 1e9 ? (1e9, "G") : size >= 2e6 ? (1e6, "M") : size >= 1e4 ? (1e3, "k") : (1, "");
        if (_isLogarithmic || unit > 1) return (tick / unit).ToString("0.####", CultureInfo.InvariantCulture) + (tick == 0 ? "" : suffix);
        return (tick == 0 ? 0 : tick).ToString("F" + _decimals, CultureInfo.InvariantCulture);
    }

    private static AxisScale Create(IEnumerable<double> values, int steps, bool isTight)
    {
        (double low, double high) = Ends(values);
        // A single number has no range of its own.
        if (high - low <= 1e-9 * Math.Max(1, Math.Abs(high))) (low, high) = (low - Margin(low), high + Margin(high));
        double step = RoundStep((high - low) / steps);
        long first = (long)Math.Floor(low / step + 1e-9), last = (long)Math.Ceiling(high / step - 1e-9);
        double[] ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
        return isTight
            ? new AxisScale(low, high, [.. ticks.Where(tick => tick >= low - 1e-9 * step && tick <= high + 1e-9 * step)], Decimals(step), isLogarithmic: false)
            : new AxisScale(ticks[0], ticks[^1], ticks, Decimals(step), isLogarithmic: false);
    }

    private static (double Low, double High) Ends(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
    }

    private static double Margin(double value) => value == 0 ? 0.5 : Math.Abs(value) * 0.1;

    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return RoundSteps.First(round => round * power >= step * (1 - 1e-9)) * power;
    }

    private static int Decimals(double step)
    {
        int decimals = 0;
        while (decimals < 9 && Math.Abs(step * Math.Pow(10, decimals) - Math.Round(step * Math.Pow(10, decimals))) > 1e-6) decimals++;
        return decimals;
    }

    /// <summary>The multiples of powers of ten from the last below the low end to the first above the high one.</summary>
    private static double[] Powers(double low, double high, double[] multiples)
    {
        int from = (int)Math.Floor(Math.Log10(low)), to = (int)Math.Ceiling(Math.Log10(high)) + 1;
        double[] all = [.. Enumerable.Range(from, to - from + 1).SelectMany(power => multiples.Select(multiple => multiple * Math.Pow(10, power)))];
        int first = Math.Max(0, Array.FindLastIndex(all, tick => tick <= low * (1 + 1e-9))), last = Array.FindIndex(all, tick => tick >= high * (1 - 1e-9));
        return all[first..(last + 1)];
    }
}
