using Microsoft.ML.Llm4Es.Tool;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
