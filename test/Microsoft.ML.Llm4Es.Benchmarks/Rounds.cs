namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Runs contenders in turn, round after round, so that what else the machine does meets all of them alike.</summary>
internal static class Rounds
{
    /// <summary>Warms every contender up once, measures all in each round, and prints their best and median rates.</summary>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="unit">The unit of the rates, for the print.</param>
    /// <param name="contenders">Those that do the same work.</param>
    internal static void Run(int rounds, string unit, params IReadOnlyList<Contender> contenders) => Run(rounds, unit, [], contenders);

    /// <summary>The same, beside matrix products, which are measured between any two contenders.</summary>
    internal static void Run(int rounds, string unit, IReadOnlyList<MatrixProduct> products, IReadOnlyList<Contender> contenders)
    {
        foreach (Contender contender in contenders) contender.Warm();
        for (int round = 0; round < rounds; round++)
        {
            foreach (Contender contender in contenders)
            {
                foreach (MatrixProduct product in products) product.Measure();
                contender.Measure();
            }
        }

        foreach (Contender contender in contenders)
            Console.WriteLine(FormattableString.Invariant($"{contender.Name,-28} best {contender.Best,10:n1}   median {contender.Median,10:n1}   {unit}"));
        foreach (MatrixProduct product in products)
            Console.WriteLine(FormattableString.Invariant($"{product.Name,-28} best {product.Best / 1e9,10:n1}   median {product.Median / 1e9,10:n1}   GFLOP/s"));
    }
}
