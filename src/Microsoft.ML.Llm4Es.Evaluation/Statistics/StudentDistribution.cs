namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Student's t-distribution.</summary>
internal static class StudentDistribution
{
    /// <summary>The probability of a value at least as far from 0 as <paramref name="t"/>, on either side.</summary>
    public static double TwoSided(double t, double degreesOfFreedom) =>
        RegularizedIncompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);

    /// <summary>The value that is exceeded, on either side, with the given probability.</summary>
    public static double Quantile(double twoSided, double degreesOfFreedom)
    {
        double low = 0, high = 1;
        while (TwoSided(high, degreesOfFreedom) > twoSided) high *= 2;
        // The probability falls with the value, so halving finds it; 100 halvings are more than a double's digits.
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            if (TwoSided(middle, degreesOfFreedom) > twoSided) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>The regularized incomplete beta function I_x(a, b), by its continued fraction (Numerical Recipes, third edition, 6.4).</summary>
    private static double RegularizedIncompleteBeta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The fraction converges fast on this side only; the other is its complement.
        if (x > (a + 1) / (a + b + 2)) return 1 - RegularizedIncompleteBeta(1 - x, b, a);

        double logFactor = LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x);
        return Math.Exp(logFactor) * ContinuedFraction(x, a, b) / a;
    }

    /// <summary>Lentz's method.</summary>
    private static double ContinuedFraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        const double Precision = 1e-15;
        const int MaxTerms = 1000;
        double c = 1;
        double d = 1 / NotZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            value *= d * c;

            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            value *= d * c;
            if (Math.Abs(d * c - 1) < Precision) break;
        }

        return value;

        static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    /// <summary>The logarithm of the gamma function for positive arguments, by Lanczos' approximation with g = 7 and 9 terms (Godfrey's coefficients).</summary>
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> coefficients =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        // The reflection formula, since the approximation is for arguments from a half on.
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);

        double sum = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++) sum += coefficients[i] / (x - 1 + i);
        double t = x + 6.5;
        return Math.Log(2 * Math.PI) / 2 + (x - 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
