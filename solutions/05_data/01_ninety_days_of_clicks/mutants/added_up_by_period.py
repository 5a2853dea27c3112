# must fail test_periods_that_overlap_count_an_event_once with "was shown and clicked that often"
# You count each period by itself and add up. A day that is in two of them counts twice.

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
    week = f"SELECT item, clicked FROM {EVENTS} WHERE time >= ? AND time < ?"
    bounds = [bound for first, last in periods for bound in (first, last + timedelta(days=1))]
    found = connect(files).execute(
        f"SELECT item, count(*), count(*) FILTER (clicked) FROM ({' UNION ALL '.join([week] * len(periods))})"
        " WHERE item IN (SELECT unnest(?)) GROUP BY item",
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
