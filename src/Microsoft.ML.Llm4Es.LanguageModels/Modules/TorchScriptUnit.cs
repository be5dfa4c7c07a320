using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Functions in TorchScript, compiled when the first is called.</summary>
internal sealed class TorchScriptUnit(string source)
{
    private readonly Lazy<jit.CompilationUnit> _unit = new(() => jit.compile(source));

    /// <summary>Calls a function.</summary>
    /// <remarks>
    /// TorchSharp makes a native scalar of each number and lets go of it before the call reads it, so that a garbage collection at that moment frees it.
    /// Numbers are therefore made into scalars here and kept until the call is over.
    /// </remarks>
    public object? Invoke(string function, params object?[] arguments)
    {
        var scalars = new List<Scalar>();
        var passed = new object?[arguments.Length];
        for (int i = 0; i < passed.Length; i++)
        {
            Scalar? scalar = arguments[i] switch
            {
                double number => number.ToScalar(),
                long number => number.ToScalar(),
                _ => null,
            };
            passed[i] = scalar ?? arguments[i];
            if (scalar is not null) scalars.Add(scalar);
        }

        try
        {
            return _unit.Value.invoke(function, passed);
        }
        finally
        {
            foreach (Scalar scalar in scalars) scalar.Dispose();
            GC.KeepAlive(arguments);
        }
    }
}
