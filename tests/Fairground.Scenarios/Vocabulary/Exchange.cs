using Fairground.Kernel;
using RabbitMQ.Client;
using Xunit;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>An exchange of its own at the broker that tests are given. What a server declares outlives it, so it is removed at the end.</summary>
internal sealed class Exchange : IAsyncDisposable
{
    private readonly string name = $"scenario-{Ids.New():n}";
    private readonly string broker;

    private Exchange(string broker) => this.broker = broker;

    /// <summary>For FAIRGROUND_RABBITMQ.</summary>
    public string Address => At(new Uri(broker));

    /// <summary>Whose queues are removed with it.</summary>
    public IReadOnlyCollection<string> Consumers { get; set; } = [];

    /// <summary>Skips where there is no broker.</summary>
    public static Exchange OfTheBroker()
    {
        var broker = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_RABBITMQ") ?? "";
        if (broker.Length == 0) Assert.Skip("FAIRGROUND_TEST_RABBITMQ names no broker; ./test starts one.");
        return new Exchange(broker);
    }

    /// <summary>The same through another way to the broker.</summary>
    public string Through(int port) => At(new UriBuilder(broker) { Host = "127.0.0.1", Port = port }.Uri);

    public async ValueTask DisposeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in (string[])["dead", .. Consumers]) await channel.QueueDeleteAsync($"{name}.{queue}");
        foreach (var exchange in new[] { name, $"{name}.dead" }) await channel.ExchangeDeleteAsync(exchange);
    }

    private string At(Uri address) => new UriBuilder(address) { Query = $"exchange={name}" }.Uri.ToString();
}
