using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>A picture whose sizes are to be made.</summary>
internal sealed record DuePicture(Guid FileId, int Tries);

/// <summary>Which sizes there are of pictures, and which are still to be made: <c>kernel_picture</c> and <c>kernel_picture_size</c>.</summary>
internal sealed class PictureRows(Database database, FileRows rows)
{
    /// <summary>Pictures that are due, the one that has waited longest first.</summary>
    public async Task<List<DuePicture>> Due(DateTimeOffset now, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = FileRows.Command(connection, null, $"select file_id, tries from kernel_picture where due_at <= @now order by due_at, file_id limit {limit}", ("@now", FileRows.Ms(now)));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<DuePicture>();
        while (await reader.ReadAsync(ct)) due.Add(new DuePicture(rows.Id(reader, 0), reader.GetInt32(1)));
        return due;
    }

    /// <summary>Writes down the sizes that were made; the picture is due no more.</summary>
    public async Task Made(Guid fileId, PictureFacts facts, IReadOnlyList<(int Width, int Height, Guid FileId)> sizes, CancellationToken ct)
    {
        using var turn = await rows.Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var size in sizes)
        {
            await FileRows.Run(connection, transaction, "insert into kernel_picture_size (file_id, width, height, made_file_id) values (@id, @width, @height, @made) on conflict (file_id, width) do update set height = excluded.height, made_file_id = excluded.made_file_id", ct,
                ("@id", rows.Key(fileId)), ("@width", size.Width), ("@height", size.Height), ("@made", rows.Key(size.FileId)));
        }
        await FileRows.Run(connection, transaction, "update kernel_picture set width = @width, height = @height, due_at = null, error = null where file_id = @id", ct,
            ("@width", facts.ShownWidth), ("@height", facts.ShownHeight), ("@id", rows.Key(fileId)));
        await transaction.CommitAsync(ct);
    }

    /// <summary>Writes down that it failed, and when to try again; null for never.</summary>
    public Task<bool> Failed(DuePicture picture, string error, DateTimeOffset? again, CancellationToken ct) => rows.Changed(
        "update kernel_picture set tries = @tries, error = @error, due_at = @again where file_id = @id", ct,
        ("@tries", picture.Tries + 1), ("@error", error), ("@again", again is { } at ? FileRows.Ms(at) : DBNull.Value), ("@id", rows.Key(picture.FileId)));

    /// <summary>The file with the smallest size that is at least so wide, else the widest; null where none is made.</summary>
    public async Task<Guid?> Best(Guid fileId, int width, CancellationToken ct)
    {
        const string Sql = """
            select s.made_file_id from kernel_picture_size s join kernel_file f on f.id = s.file_id and f.is_public = 1 where s.file_id = @id
            order by case when s.width >= @width then 0 else 1 end, case when s.width >= @width then s.width else -s.width end limit 1
            """;
        await using var connection = await database.OpenAsync(ct);
        await using var command = FileRows.Command(connection, null, Sql, ("@id", rows.Key(fileId)), ("@width", width));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? rows.Id(reader, 0) : null;
    }

    /// <summary>Width and height of pictures as people see them; those not known yet are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, (int Width, int Height)>> Shown(IReadOnlyCollection<Guid> files, CancellationToken ct)
    {
        var shown = new Dictionary<Guid, (int, int)>();
        if (files.Count == 0) return shown;
        var (condition, values) = rows.In(files);
        await using var connection = await database.OpenAsync(ct);
        await using var command = FileRows.Command(connection, null, $"select file_id, width, height from kernel_picture where width > 0 and file_id{condition}", values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) shown[rows.Id(reader, 0)] = (reader.GetInt32(1), reader.GetInt32(2));
        return shown;
    }
}
