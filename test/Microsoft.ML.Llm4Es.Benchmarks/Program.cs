using Microsoft.ML.Llm4Es.Benchmarks;

Benchmark? chosen = args is [string name] ? Benchmark.All.FirstOrDefault(benchmark => benchmark.Name == name) : null;
if (chosen is null)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project test/Microsoft.ML.Llm4Es.Benchmarks -- NAME");
    foreach (Benchmark benchmark in Benchmark.All) Console.Error.WriteLine($"  {benchmark.Name,-16} {benchmark.Description}");
    return args.Length == 0 ? 0 : 2;
}

Console.WriteLine(chosen.Run());
return 0;
