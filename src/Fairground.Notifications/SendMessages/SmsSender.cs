using System.Net;
using Fairground.Kernel.Contracts;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.SendMessages;

/// <summary>Sends SMS through an operator's gateway (C-26).</summary>
internal sealed class SmsSender(SmsSettings settings, ILogger<SmsSender> logger) : IMessageSender, IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(8) };

    public bool IsLocal => false;

    public bool Carries(ContactChannel channel) => channel == ContactChannel.Sms;

    public async Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Address) { Content = settings.Content(message) };
        if (settings.Authorization is { } key) request.Headers.TryAddWithoutValidation("Authorization", key);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.IsSuccessStatusCode) return SendOutcome.Sent;
            logger.LogWarning("The SMS gateway answered {Status}", (int)response.StatusCode);
            // A wrong key or an empty account is the operator's to mend; a message that the gateway cannot take will not get better.
            return response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity ? SendOutcome.Never : SendOutcome.TryLater;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            logger.LogWarning("The SMS gateway could not be reached: {Error}", error.GetType().Name);
            return SendOutcome.TryLater;
        }
    }

    public void Dispose() => client.Dispose();
}
