# must fail test_items_are_counted_on_their_days with "is not in the answer"
# GROUP BY makes a row for each item that it meets. An item that was not shown is met nowhere, and is missing from your
# answer, where a count of zero was asked for.

from datetime import timedelta

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
    inside = " OR ".join("(time >= ? AND time < ?)" for _ in periods)
    bounds = [bound for first, last in periods for bound in (first, last + timedelta(days=1))]
    found = connect(files).execute(
        f"SELECT item, count(*), count(*) FILTER (clicked) FROM {EVENTS}"
        f" WHERE ({inside}) AND item IN (SELECT unnest(?)) GROUP BY item",
        [*bounds, list(items)],
    )
    return {item: (shown, clicked) for item, shown, clicked in found.fetchall()}


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
