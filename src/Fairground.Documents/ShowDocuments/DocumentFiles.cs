using System.Text;
using System.Xml;
using Fairground.Documents.WriteEInvoice;
using Fairground.Kernel.Http;
using Fairground.Ui.Paper;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairground.Documents.ShowDocuments;

/// <summary>Makes the files of a document.</summary>
internal sealed class DocumentFiles(PaperPrinter printer, IServiceProvider services, ILoggerFactory loggers)
{
    public bool MakesPdf => printer.IsOn;

    /// <summary>The document as PDF. Refusals: <c>documents.no_renderer</c>, <c>documents.renderer_failed</c>.</summary>
    public async Task<IResult> Pdf(DocumentAnswer document, Guid reader, CancellationToken ct)
    {
        if (!printer.IsOn) return Problems.Of(DocumentsRefusals.NoRenderer);
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<DocumentPaper>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Document"] = document }))).ToHtmlString());
        return await printer.Print($"<!DOCTYPE html>\n{html}", reader, ct) is { } pdf ? TypedResults.File(pdf, "application/pdf", $"{document.Content.Code}.pdf") : Problems.Of(DocumentsRefusals.RendererFailed);
    }

    /// <summary>The document as EN 16931 in UBL 2.1. Refusal: <c>documents.no_einvoice</c>.</summary>
    public static IResult Xml(DocumentAnswer document)
    {
        var written = EInvoice.Write(document.Content);
        if (written.Refusal is { } no) return Problems.Of(no);
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true })) written.Value.Save(xml);
        return TypedResults.File(bytes.ToArray(), "application/xml; charset=utf-8", $"{document.Content.Code}.xml");
    }
}
