using Fairground.Ui;
using Microsoft.AspNetCore.Http;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>Says on every page what a pack wants said, such as that it is no place's law.</summary>
internal sealed class PackNotice(JurisdictionBook book) : INotice
{
    public string? Text(HttpContext http) => book.Known?.Pack.Notice is { } notice ? T[notice] : null;
}
