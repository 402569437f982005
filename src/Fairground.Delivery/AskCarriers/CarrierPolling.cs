using System.Net.Http.Headers;
using System.Text;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Delivery;

/// <summary>Asks carriers where parcels are, for those that tell nothing by themselves, on one node at a time.</summary>
internal sealed class CarrierClock(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<CarrierClock> logger)
    : LeasedWorker("delivery.carriers", TimeSpan.FromSeconds(5), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CarrierPolling>().Turn(ct);
    }
}

/// <summary>The carriers' answers over HTTP, through the one door outside.</summary>
internal sealed partial class CarrierHttp(CarrierReach reach, ILogger<CarrierHttp> logger) : IDisposable
{
    private const int LargestAnswer = 1 << 20;

    private readonly HttpClient http = new OutsideDoor(reach).Client(follow: false);

    /// <summary>What the carrier says of this number; null where it did not answer with a report.</summary>
    public async Task<IReadOnlyList<CarrierReport>?> Ask(Carrier carrier, string tracking, CancellationToken ct)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            using var request = new HttpRequestMessage(HttpMethod.Get, carrier.PollUrl!.Replace("{tracking}", Uri.EscapeDataString(tracking), StringComparison.Ordinal));
            // EasyPost takes its key as the name of basic authentication; others take it as a bearer.
            if (carrier.PollToken is { } token) request.Headers.Authorization = carrier.Shape == "easypost" ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(token + ":"))) : new AuthenticationHeaderValue("Bearer", token);
            if (request.RequestUri!.Scheme != Uri.UriSchemeHttps && !reach.AllowPrivate) throw new AddressRefusedException("Carriers are asked over https.");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                LogTrouble(carrier.Name, (int)response.StatusCode);
                return null;
            }
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, limit.Token)) > 0;)
            {
                if (body.Length + read > LargestAnswer) return null;
                body.Write(buffer, 0, read);
            }
            var reports = CarrierNews.Read(carrier.Shape, body.ToArray(), tracking);
            return reports.Refused ? null : reports.Value;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogSilence(carrier.Name, error.GetType().Name);
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carrier {Carrier} answered with {Status}")]
    private partial void LogTrouble(string carrier, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carrier {Carrier} did not answer: {Error}")]
    private partial void LogSilence(string carrier, string error);
}

/// <summary>The parcels whose carrier is to be asked now.</summary>
internal sealed class CarrierPolling(DeliveryContext context, Carriers carriers, CarrierHttp http, ParcelFollower follower, TimeProvider time)
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>After this a parcel is asked about no more.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(90);

    /// <summary>True where there may be more.</summary>
    public async Task<bool> Turn(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Shipments.AsNoTracking().Where(s => s.PollAt != null && s.PollAt <= now).OrderBy(s => s.PollAt).Take(AtOnce).ToListAsync(ct);
        foreach (var shipment in due)
        {
            var reports = carriers.Find(shipment.Carrier) is { PollUrl: not null } carrier ? await http.Ask(carrier, shipment.Tracking, ct) : null;
            var heard = reports?.FirstOrDefault(r => r.Tracking == shipment.Tracking);
            if (heard is not null) await follower.Take(shipment.Id, ParcelNewsWay.Asked, heard.News, ct);
            context.ChangeTracker.Clear();
            var failures = reports is null ? Math.Min(shipment.PollFailures + 1, 10) : 0;
            DateTimeOffset? next = now - shipment.MadeAt > GiveUp ? null : now + After(failures);
            await context.Shipments.Where(s => s.Id == shipment.Id && s.PollAt != null).ExecuteUpdateAsync(s => s.SetProperty(x => x.PollAt, next).SetProperty(x => x.PollFailures, failures), ct);
        }
        return due.Count == AtOnce;
    }

    /// <summary>How long to wait after so many failures in a row: half an hour, doubled each time, at most half a day.</summary>
    internal static TimeSpan After(int failures) => failures == 0 ? Usual : TimeSpan.FromTicks(Math.Min(Longest.Ticks, Usual.Ticks << failures));
}
