# must fail test_two_periods_far_apart_are_read_as_two with "MB were read"
# One period with `time::date` is pruned: the engine sees through this cast. Two of them joined by OR are not, and all
# ninety days are read. Compare the bare column with instants.

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
    inside = " OR ".join(f"(time::date BETWEEN '{first}' AND '{last}')" for first, last in periods)
    found = connect(files).execute(
        f"SELECT item, count(*), count(*) FILTER (clicked) FROM {EVENTS}"
        f" WHERE ({inside}) AND item IN ({', '.join(map(str, items))}) GROUP BY item"
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
