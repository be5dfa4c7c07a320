using System.Globalization;
using AngleSharp;
using AngleSharp.Dom;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class HtmlReportTests
{
    private const string Evil = "<script>alert('x')</script> & \"";

    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(nameof(TestEntity.Label), LabelKind.Class, "ROC curve", "Precision-recall curve", "Calibration")]
    [InlineData(nameof(TestEntity.Group), LabelKind.Class, "ROC curve", "Precision-recall curve", "Calibration")]
    [InlineData(nameof(TestEntity.Spent), LabelKind.Number, "Calibration")]
    public async Task Write_ShowsWhatMakesSenseForTheLabel(string label, LabelKind kind, params string[] expected)
    {
        using IDocument page = await Parse(HtmlReport.Write(Evaluate(label, kind)));

        string[] titles = [.. page.QuerySelectorAll("figure h3").Select(title => title.TextContent)];
        Assert.Equal(expected, titles.Where(title => title is "ROC curve" or "Precision-recall curve" or "Calibration"));
        Assert.Contains("By number of events", titles);
        Assert.Contains($"By {nameof(TestEntity.Fold)}", titles);
        Assert.Contains("Peak memory", titles);
        Assert.Equal(2, page.QuerySelectorAll(".map figure").Length);
    }

    [Fact]
    public async Task Write_NamesEveryDrawingAndRefersToNothingElse()
    {
        string html = HtmlReport.Write(Evaluate(nameof(TestEntity.Label), LabelKind.Class));
        using IDocument page = await Parse(html);

        Assert.All(page.QuerySelectorAll("svg"), drawing =>
        {
            Assert.Equal("img", drawing.GetAttribute("role"));
            Assert.All(["title", "desc"], name => Assert.NotEmpty(drawing.Children.Single(child => child.LocalName == name).TextContent));
        });
        Assert.Empty(page.QuerySelectorAll("script, link, img, iframe, object, [src], [href], [onclick]"));
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        string[] ids = [.. page.QuerySelectorAll("[id]").Select(element => element.Id!)];
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public async Task Write_ColoursTheMapByEachField()
    {
        string html = HtmlReport.Write(Evaluate(nameof(TestEntity.Label), LabelKind.Class));
        using IDocument page = await Parse(html);

        IElement[] choices = [.. page.QuerySelectorAll("input[type=radio]")];
        string[] names = [.. choices.Select(choice => page.QuerySelector($"label[for={choice.Id}]")!.TextContent)];
        Assert.Equal(["Label", "number of events", "Fold", "most frequent Category", "mean Amount", "days from first to last Time"], names);
        Assert.Single(choices, choice => choice.HasAttribute("checked"));
        string[] classes = [.. page.QuerySelectorAll(".map circle").SelectMany(dot => dot.ClassList).Where(name => name != "dot").Distinct()];
        Assert.All(classes, name => Assert.Contains($".{name} {{ --c:", html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_EscapesNames()
    {
        EvaluationReport report = Evaluate(nameof(TestEntity.Label), LabelKind.Class);
        EntityField field = new(Evil, [Evil, "b"], [.. report.Evaluated!.Folds.Select(fold => fold % 2)], IsOrdered: false);
        report = report with
        {
            Label = Evil,
            Command = Evil,
            Warnings = [Evil],
            Evaluated = report.Evaluated with { Colours = [field], Classes = ["no", Evil] },
            Representations = [report.Representations[0] with { Name = Evil, Breakdown = [new MetricSlice(Evil, Evil, 30, 0.5)] }],
        };

        using IDocument page = await Parse(HtmlReport.Write(report));

        Assert.Empty(page.QuerySelectorAll("script"));
        Assert.Contains(Evil, page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(page.QuerySelectorAll("label"), label => label.TextContent == Evil);
    }

    [Fact]
    public async Task Write_DrawsTheRocCurveFromCornerToCornerWithTheMetricBelowIt()
    {
        EvaluationReport report = Evaluate(nameof(TestEntity.Label), LabelKind.Class);
        using IDocument page = await Parse(HtmlReport.Write(report));

        IElement figure = page.QuerySelectorAll("figure").Single(figure => figure.QuerySelector("h3")!.TextContent == "ROC curve");
        (double X, double Y)[] line = Points(figure.QuerySelectorAll("path.line")[1]), corners = Points(figure.QuerySelector("path.reference")!);
        (double width, double height) = (corners[1].X - corners[0].X, corners[0].Y - corners[1].Y);
        double area = line.Zip(line.Skip(1)).Sum(pair => (pair.Second.X - pair.First.X) * (2 * corners[0].Y - pair.First.Y - pair.Second.Y) / 2) / (width * height);

        Assert.Equal((corners[0], corners[1]), (line[0], line[^1]));
        Assert.InRange(report.Representations[1].Mean, 0.6, 0.95);
        Assert.Equal(report.Representations[1].Mean, area, 0.005);
    }

    [Fact]
    public async Task Write_OfAReportWithoutPredictionsHasItsTables()
    {
        var result = new RepresentationResult("llm4es", [0.5, 0.7], new StageSeconds(1, 2, 3));
        using IDocument page = await Parse(HtmlReport.Write(new EvaluationReport("churned", "AUC", 10, 200, [result])));

        Assert.Contains("0.6000 ± 0.1000", page.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_DrawsTheLossByTokens()
    {
        EvaluationReport report = Evaluate(nameof(TestEntity.Label), LabelKind.Class);
        RepresentationResult trained = report.Representations[0] with { Training = [[new TrainingPoint(100, 5, null), new TrainingPoint(200, 3, 3.5)]] };

        using IDocument page = await Parse(HtmlReport.Write(report with { Representations = [trained] }));

        IElement figure = page.QuerySelectorAll("section").Single(section => section.QuerySelector("h2")?.TextContent == "Training of the language model");
        Assert.Equal(["training", "held-out entities"], figure.QuerySelectorAll(".legend li").Select(entry => entry.TextContent));
        Assert.Contains("from 5.00 to 3.00 nats a token over 200 tokens", figure.QuerySelector("desc")!.TextContent, StringComparison.Ordinal);
    }

    private static (double X, double Y)[] Points(IElement path) =>
    [
        .. path.GetAttribute("d")!.Split('M', 'L').Skip(1).Select(point => point.Split(' '))
            .Select(point => (double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture))),
    ];

    private static Task<IDocument> Parse(string html) => BrowsingContext.New().OpenAsync(request => request.Content(html), TestContext.Current.CancellationToken);

    private EvaluationReport Evaluate(string label, LabelKind kind)
    {
        var options = new DownstreamEvaluationOptions
        {
            Label = label,
            LabelKind = kind,
            Breakdowns = [nameof(TestEntity.Fold)],
            BootstrapSamples = 20,
            Classifier = new LightGbmOptions { Trees = 30, Threads = 1, MinRowsPerLeaf = 10, LearningRate = 0.1 },
        };
        Representation[] representations =
        [
            new("amounts", _ml.Transforms.AggregateEvents("A", new AggregateEventsOptions { Fields = [nameof(TestEntity.Amount)] }), "A"),
            new("categories", _ml.Transforms.AggregateEvents("C", new AggregateEventsOptions { Fields = [nameof(TestEntity.Category)] }), "C"),
        ];
        return new DownstreamEvaluation(_ml, options).Run(TestEntity.Generate(_ml, 300), representations, cancellation: TestContext.Current.CancellationToken);
    }
}
