using System.Globalization;
using Fairground.Fairness;
using Npgsql;

namespace Fairground.Bench;

/// <summary>The legs that pgbench runs: P1, P2, P3.</summary>
internal sealed class Pgbench(Cluster cluster, string folder)
{
    public const string Database = "pgbench";
    private const int MostNumbers = 900_000;

    private const string HotRow = """
        create table hot (id int primary key, sold bigint not null, cap bigint not null) with (fillfactor = 20);
        create table hot_sale (id bigint generated always as identity primary key, hot int not null, seq bigint not null, at timestamptz not null);
        insert into hot values (1, 0, 1000000000);
        create function buy_hot(which int) returns bigint language plpgsql as $$
        declare n bigint;
        begin
            update hot set sold = sold + 1 where id = which and sold < cap returning sold into n;
            if n is null then return null; end if;
            insert into hot_sale (hot, seq, at) values (which, n, now());
            return n;
        end $$;
        """;

    // What a group of Fairground writes, and nothing of what it decides or signs: one row each of certificate, transfer, command and
    // outbox a purchase, the wallets, holdings, escrow and lot once a group. Ids are time-ordered, numbers come from a prepared table.
    private const string Group = """
        create table bench_buyer (i int primary key, user_id uuid not null, wallet uuid not null);
        create table bench_number (i int primary key, number text not null);
        create function bench_id(n int) returns uuid language sql volatile as $$
            select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || '8' || substr(md5(random()::text), 1, 15))::uuid $$;
        create function bench_group(lot uuid, n int) returns int language plpgsql as $$
        declare
            people int := (select count(*) from bench_buyer);
            start int := floor(random() * people)::int;
            idx int[] := array(select (start + k) % people from generate_series(0, n - 1) k);
            users uuid[]; wallets uuid[]; keys text[]; ids uuid[]; seqs int[]; numbers text[];
            escrow uuid; first int; price bigint; now_ms bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
            spent record;
        begin
            select array_agg(b.user_id order by o), array_agg(b.wallet order by o) into users, wallets from unnest(idx) with ordinality u(i, o) join bench_buyer b on b.i = u.i;
            select a.id into escrow from ledger_account a where a.party = lot and a.purpose = 'draws.escrow';
            perform 1 from ledger_account a where a.id = any(wallets || escrow) order by a.id for update;
            select s.sold, s.nominal into first, price from draws_sale s where s.lot_id = lot and s.state = 1 and s.sold + n <= s.entries for update;
            if first is null then raise exception 'sold out'; end if;
            perform 1 from draws_holding h join unnest(users) u(id) on h.lot_id = lot and h.user_id = u.id for update of h;
            ids := array(select bench_id(k) from generate_series(1, n) k);
            keys := array(select i::text from unnest(ids) i);
            perform 1 from ledger_command c join unnest(users, keys) k(scope, key) on c.scope = k.scope and c.key = k.key;
            seqs := array(select first + k from generate_series(1, n) k);
            numbers := array(select b.number from unnest(seqs) with ordinality s(i, o) join bench_number b on b.i = s.i order by o);
            update ledger_account a set balance = balance - u.total from (select w, count(*) * price as total from unnest(wallets) w group by w) u where a.id = u.w;
            update ledger_account a set balance = balance + n * price where a.id = escrow;
            update draws_sale s set sold = sold + n, first_paid_at = coalesce(first_paid_at, now_ms) where s.lot_id = lot;
            insert into draws_holding as h (lot_id, user_id, count, holder, settled)
                select lot, u, count(*), sha256(u::text::bytea), 0 from unnest(users) u group by u
                on conflict (lot_id, user_id) do update set count = h.count + excluded.count;
            insert into draws_certificate (lot_id, purchase_id, user_id, seq, number) select lot, t.id, t.u, t.seq, t.num from unnest(ids, users, seqs, numbers) t(id, u, seq, num);
            insert into ledger_transfer (id, debit_id, credit_id, amount, movement, at, reference) select t.id, t.w, escrow, price, 200, now_ms, lot from unnest(ids, wallets) t(id, w);
            insert into kernel_outbox (id, topic, payload, at) select bench_id(4095 - t.o::int), 'draws.certificates.sold',
                '{"lotId":"' || lot || '","userId":"' || t.u || '","purchaseId":"' || t.id || '","quantity":1}', now_ms from unnest(ids, users) with ordinality t(id, u, o);
            insert into ledger_command (scope, key, hash, outcome, at) select t.u, t.k, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'::bytea,
                rpad(t.k, 125, 'x') || '.' || t.seq || '.' || t.num, now_ms from unnest(users, keys, seqs, numbers) t(u, k, seq, num);
            return n;
        end $$;
        """;

    public async Task Prepare(int scale)
    {
        await cluster.Scalar("postgres", $"create database {Database}");
        await cluster.Pgbench(Database, "-i", "-q", "-s", $"{scale}");
        await cluster.Scalar(Database, HotRow);
        await File.WriteAllTextAsync($"{folder}/hot.sql", "select buy_hot(1);\n");
    }

    /// <summary>Puts the group function and what it needs into Fairground's database.</summary>
    public async Task PrepareGroups(string database)
    {
        await cluster.Scalar(database, Group);
        await cluster.Scalar(database, "insert into bench_buyer select row_number() over (order by id) - 1, party, id from ledger_account where purpose = 'payments.wallet'");
        await using var connection = new NpgsqlConnection(cluster.ConnectionString(database));
        await connection.OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync("copy bench_number (i, number) from stdin binary");
        var random = new byte[CertificateNumber.MinRandomBytes];
        for (var i = 1; i <= MostNumbers; i++)
        {
            System.Security.Cryptography.RandomNumberGenerator.Fill(random);
            await copy.StartRowAsync();
            await copy.WriteAsync(i);
            await copy.WriteAsync(CertificateNumber.FromRandom(random));
        }
        await copy.CompleteAsync();
    }

    /// <summary>tpcb-like, transactions a second.</summary>
    public Task<double> Tpcb(int warmUp, int count) => Measure(Database, warmUp, count, "-n", "-b", "tpcb-like", "-c", "32", "-j", "2", "-M", "prepared");

    /// <summary>One hot row, purchases a second.</summary>
    public Task<double> Hot(int clients, int warmUp, int count) => Measure(Database, warmUp, count, "-n", "-f", $"{folder}/hot.sql", "-c", $"{clients}", "-j", clients > 1 ? "2" : "1", "-M", "prepared");

    /// <summary>Groups of n by one client in Fairground's tables, purchases a second.</summary>
    public async Task<double> Groups(string database, Guid lot, int n, int warmUp, int count)
    {
        var file = $"{folder}/group{n}.sql";
        await File.WriteAllTextAsync(file, $"select bench_group('{lot}', {n});\n");
        return n * await Measure(database, warmUp, count, "-n", "-f", file, "-c", "1", "-j", "1", "-M", "prepared");
    }

    private async Task<double> Measure(string database, int warmUp, int count, params string[] args)
    {
        if (warmUp > 0) await cluster.Pgbench(database, [.. args, "-T", $"{warmUp}"]);
        var text = await cluster.Pgbench(database, [.. args, "-T", $"{count}"]);
        var line = text.Split('\n').First(l => l.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
