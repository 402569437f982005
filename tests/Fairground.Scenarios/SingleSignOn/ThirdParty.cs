using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.Scenarios.SingleSignOn;

/// <summary>Another firm's application: npm's <c>openid-client</c> in a process of its own. Installed from the lock file by the first test that needs it.</summary>
internal sealed class ThirdParty : IAsyncDisposable
{
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "SingleSignOn", "client");

    private readonly Process process;

    private ThirdParty(Process process) => this.process = process;

    /// <summary>Starts it. Skips the test, visibly, where there is no node, or its package cannot be had.</summary>
    public static async Task<ThirdParty> Start()
    {
        await Installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, "node_modules", "openid-client")))
            {
                var (code, text) = await Run("npm", "ci --no-audit --no-fund --ignore-scripts");
                Assert.SkipUnless(code == 0, $"openid-client cannot be installed here, so nothing of it was checked: {text}");
            }
        }
        finally
        {
            Installing.Release();
        }
        return new ThirdParty(Begin("node", "client.mjs"));
    }

    /// <summary>Knows the provider by its discovery document.</summary>
    public static async Task<ThirdParty> Of(Uri issuer, string clientId, string? secret)
    {
        var client = await Start();
        await client.Does("discover", new { issuer = issuer.ToString(), clientId, secret });
        return client;
    }

    /// <summary>Does it; fails where the client refuses.</summary>
    public async Task<JsonObject> Does(string command, object? values = null)
    {
        var answer = await Tries(command, values);
        Assert.True(answer["ok"] is JsonObject, $"{command}: {answer.ToJsonString()}");
        return answer["ok"]!.AsObject();
    }

    /// <summary>The error with which the provider, or the client itself, refuses.</summary>
    public async Task<string> IsRefused(string command, object? values = null)
    {
        var answer = await Tries(command, values);
        Assert.True(answer["error"] is not null, $"{command} was not refused: {answer.ToJsonString()}");
        return (string)answer["error"]!;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private async Task<JsonObject> Tries(string command, object? values)
    {
        var line = values is null ? new JsonObject() : JsonSerializer.SerializeToNode(values)!.AsObject();
        line["command"] = command;
        await process.StandardInput.WriteLineAsync(line.ToJsonString());
        await process.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"The client ended: {await process.StandardError.ReadToEndAsync(patience.Token)}");
        return JsonNode.Parse(answer)!.AsObject();
    }

    private static async Task<(int Code, string Text)> Run(string program, string arguments)
    {
        try
        {
            using var run = Begin(program, arguments);
            var (output, errors) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            await run.WaitForExitAsync();
            return (run.ExitCode, $"{await output} {await errors}".Trim());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, $"{program}: {error.Message}");
        }
    }

    private static Process Begin(string program, string arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
    })!;
}
