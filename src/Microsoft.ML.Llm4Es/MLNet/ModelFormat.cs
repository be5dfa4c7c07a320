namespace Microsoft.ML.Llm4Es;

/// <summary>How a component is named and versioned inside a saved ML.NET model.</summary>
/// <param name="Signature">Eight characters that open the component's stream.</param>
/// <param name="Version">The version that is written; raised when what is written changes.</param>
/// <param name="OldestReadable">The oldest version that the current code reads.</param>
/// <param name="Loader">The name by which ML.NET finds the loader; at most 24 characters.</param>
/// <param name="Component">The component, in whose assembly ML.NET looks for the loader.</param>
internal readonly record struct ModelFormat(string Signature, uint Version, uint OldestReadable, string Loader, Type Component)
{
    public VersionInfo ToVersionInfo() => new(
        Signature,
        verWrittenCur: Version,
        verReadableCur: OldestReadable,
        verWeCanReadBack: OldestReadable,
        // The simple name: with a full name, a model saved by one version of the assembly could not be loaded by another.
        loaderAssemblyName: Component.Assembly.GetName().Name,
        loaderSignature: Loader);
}
