using System.Xml.Linq;
using Fairground.Kernel.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Fairground.Kernel.Keys;

/// <summary>Keeps data-protection keys in the database, so that several nodes read each other's cookies and secrets.</summary>
internal sealed class DataKeyRepository(Database database, TimeProvider time) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        KeyRows.Read(database, "select xml from kernel_data_key order by created_at, name", row => XElement.Parse(row.GetString(0)));

    public void StoreElement(XElement element, string friendlyName) => KeyRows.Write(
        database,
        "insert into kernel_data_key (name, xml, created_at) values (@name, @xml, @at) on conflict (name) do nothing",
        ("@name", friendlyName ?? Ids.New().ToString()),
        ("@xml", element.ToString(SaveOptions.DisableFormatting)),
        ("@at", time.GetUtcNow().ToUnixTimeMilliseconds()));
}
