# must fail test_a_day_is_found_from_the_footers with "have to be opened"
# You name a folder after the day on which the batch came. An event that arrived on that day may have happened on any of
# the ten before it, so that every question about a day has to look into eleven folders.

from datetime import timedelta

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

EVENTS = "read_parquet('wren://events/**/*.parquet', hive_partitioning = true)"


def lay_out(batches, folder):
    for number, batch in enumerate(batches):
        times = pc.cast(batch["time"], pa.timestamp("ms"))
        batch = batch.set_column(batch.column_names.index("time"), "time", times)
        place = folder / f"batch={number:03}"
        place.mkdir()
        pq.write_table(batch.sort_by("time"), place / "events.parquet", row_group_size=4096)


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
