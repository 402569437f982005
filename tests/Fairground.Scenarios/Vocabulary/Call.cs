using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>Reads answers and says what came when it is not what was expected.</summary>
internal static class Call
{
    public static async Task<JsonNode> Read(HttpResponseMessage response, int expected)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == expected, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}, expected {expected}: {text}");
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }
    }

    /// <summary>Waits until something is so, asking again and again; fails with what it saw last.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> isSo, int seconds = 30)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await ask();
            if (isSo(seen)) return seen;
            if (TimeProvider.System.GetElapsedTime(deadline).TotalSeconds > seconds) Assert.Fail($"Not within {seconds} s; last seen: {seen}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
