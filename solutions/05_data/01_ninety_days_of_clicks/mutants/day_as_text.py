# must fail test_a_week_is_read_as_a_week with "MB were read"
# You turn each time into text to compare it with a date. The engine knows the first and the last time of a row group; it
# does not know what your function makes of them, so it reads all of them to find out.

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

EVENTS = "read_parquet('wren://events/**/*.parquet', hive_partitioning = true)"


def lay_out(batches, folder):
    events = with_times(pa.concat_tables(batches)).sort_by("time")
    pq.write_table(events, folder / "events.parquet", row_group_size=4096)


def with_times(events):
    times = pc.cast(events["time"], pa.timestamp("ms"))
    return events.set_column(events.column_names.index("time"), "time", times)


def connect(files):
    connection = duckdb.connect()
    connection.register_filesystem(files)
    return connection


def rates(files, items, periods):
    inside = " OR ".join("(strftime(time, '%Y-%m-%d') BETWEEN ? AND ?)" for _ in periods)
    bounds = [str(bound) for period in periods for bound in period]
    found = connect(files).execute(
        f"SELECT item, count(*), count(*) FILTER (clicked) FROM {EVENTS}"
        f" WHERE ({inside}) AND item IN (SELECT unnest(?)) GROUP BY item",
        [*bounds, list(items)],
    )
    counts = {item: (shown, clicked) for item, shown, clicked in found.fetchall()}
    return {item: counts.get(item, (0, 0)) for item in items}


def load(address, batches):
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shown (customer int, time timestamp, position smallint, item int)")
        with cursor.copy("COPY shown FROM STDIN") as copy:
            for batch in batches:
                for row in rows_of(batch):
                    copy.write_row(row)
        cursor.execute("CREATE INDEX ON shown (customer, time)")


def rows_of(batch):
    columns = batch.select(["customer", "time", "position", "item"]).to_pydict()
    return list(zip(*columns.values(), strict=True))


def last_seen(address, customer, count):
    query = "SELECT item FROM shown WHERE customer = %s ORDER BY time DESC, position LIMIT %s"
    with psycopg.connect(address) as connection:
        return [item for (item,) in connection.execute(query, (customer, count)).fetchall()]
