using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>The internal members of ML.NET that a transformer outside of it needs; nothing else in the library calls them.</summary>
internal static class MLNetInternals
{
    public static IHostEnvironment Environment(this TransformsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    public static IHostEnvironment Environment(this DataOperationsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The GPU that <see cref="MLContext.GpuDeviceId"/> asked for when the host was registered; null for the CPU.</summary>
    public static int? GpuDeviceId(this IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).GpuDeviceId;

    public static bool FallbackToCpu(this IHostEnvironment environment) => ((IHostEnvironmentInternal)environment).FallbackToCpu;

    /// <summary>Throws when <see cref="MLContext.CancelExecution"/> was called.</summary>
    public static void CheckAlive(this IHost host) => Contracts.CheckAlive(host);

    public static bool TryFind(this SchemaShape shape, string name, out SchemaShape.Column column) => shape.TryFindColumn(name, out column);

    public static SchemaShape.Column NewColumn(string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, SchemaShape? annotations = null) =>
        new(name, kind, itemType, false, annotations);

    /// <summary>The shape with a column behind those of other names.</summary>
    public static SchemaShape With(this SchemaShape shape, SchemaShape.Column column) => new([.. shape.Where(other => other.Name != column.Name), column]);

    public static string TypeText(this SchemaShape.Column column) => column.GetTypeString();

    /// <summary>Whether a value of the type may be kept after the cursor has moved on.</summary>
    public static bool MayBeKept(this DataViewType type) => type.IsCacheable();

    /// <summary>The annotations that <see cref="DataViewSchema.Annotations"/> of a slot-named vector has, as a shape.</summary>
    public static SchemaShape SlotNamesShape() =>
        new([NewColumn(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance)]);

    /// <summary>Adds slot names, as ML.NET's own vectors have them.</summary>
    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, int count, ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter) =>
        AnnotationBuilderExtensions.AddSlotNames(builder, count, getter);

    public static void Begin(this ModelSaveContext context, ModelFormat format)
    {
        context.CheckAtModel();
        context.SetVersionInfo(format.ToVersionInfo());
    }

    public static void Check(this ModelLoadContext context, ModelFormat format) => context.CheckAtModel(format.ToVersionInfo());

    /// <summary>The main stream of the model being saved.</summary>
    public static BinaryWriter Writer(this ModelSaveContext context) => context.Writer;

    /// <summary>The main stream of the model being loaded.</summary>
    public static BinaryReader Reader(this ModelLoadContext context) => context.Reader;

    public static void SaveStream(this ModelSaveContext context, string name, Action<Stream> write) =>
        context.SaveBinaryStream(name, writer => write(writer.BaseStream));

    public static bool TryLoadStream(this ModelLoadContext context, string name, Action<Stream> read) =>
        context.TryLoadBinaryStream(name, reader => read(reader.BaseStream));
}
