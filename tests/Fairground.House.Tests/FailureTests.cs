using Fairground.Server.Hosting;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>A database that is away or overrun is said to be so, however its exception is wrapped; a fault of ours is not called its.</summary>
public sealed class FailureTests
{
    [Theory, MemberData(nameof(Failures))]
    public void Exceptions_become_the_right_refusal(string what, string code) => Assert.Equal(code, FailureHandler.RefusalOf(Failure(what)).Code);

    public static TheoryData<string, string> Failures { get; } = new()
    {
        { "pool exhausted", "server.unavailable" },
        { "pool exhausted, wrapped by EF Core", "server.unavailable" },
        { "saving, connection cut", "server.unavailable" },
        { "saving, unique key", "server.error" },
        { "store of files away", "file.store_unavailable" },
        { "our fault", "server.error" },
    };

    private static Exception Failure(string what)
    {
        var exhausted = new NpgsqlException("The connection pool has been exhausted", new TimeoutException());
        return what switch
        {
            "pool exhausted" => exhausted,
            "pool exhausted, wrapped by EF Core" => new InvalidOperationException("likely due to a transient failure", exhausted),
            "saving, connection cut" => new DbUpdateException("saving", new NpgsqlException("reading", new IOException())),
            "store of files away" => new Amazon.S3.AmazonS3Exception("Service Unavailable"),
            "saving, unique key" => new DbUpdateException("saving", new PostgresException("duplicate key", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation)),
            _ => new InvalidOperationException("ours", new TimeoutException()),
        };
    }
}
