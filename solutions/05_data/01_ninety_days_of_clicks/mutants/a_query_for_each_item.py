# must fail test_forty_items_cost_as_much_as_one with "to count 40 items"
# You ask one query for each item (N+1 queries). Each of them reads the week again; forty items cost forty weeks.

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
    connection = connect(files)
    query = f"SELECT count(*), count(*) FILTER (clicked) FROM {EVENTS} WHERE ({inside}) AND item = ?"
    return {item: connection.execute(query, [*bounds, item]).fetchone() for item in items}


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
