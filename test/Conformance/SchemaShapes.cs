using System.Reflection;

namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>What estimators promise, made of what data views have; ML.NET keeps the way from one to the other to itself.</summary>
internal static class SchemaShapes
{
    private static readonly MethodInfo CreateMethod = typeof(SchemaShape).GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!;

    internal static SchemaShape Of(DataViewSchema schema) => (SchemaShape)CreateMethod.Invoke(null, [schema])!;

    internal static IEnumerable<string> Describe(SchemaShape shape) => shape.Select(column => $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey}");
}
