using Microsoft.AspNetCore.Http;

namespace Fairground.Kernel.Contracts;

/// <summary>Remembers what a signed-in person looked at (C-32), for their own page. Answered by Identity, which forgets it after the retention time and where the person wants none.</summary>
public interface IVisits
{
    const string Goods = "goods";

    const string Lot = "lot";

    /// <summary>Notes a visit; nobody waits for it, and an operator who acts as somebody leaves none.</summary>
    /// <param name="kind"><see cref="Goods"/> or <see cref="Lot"/>.</param>
    /// <param name="id">Of the goods or the lot.</param>
    void Saw(HttpContext http, string kind, Guid id);
}
