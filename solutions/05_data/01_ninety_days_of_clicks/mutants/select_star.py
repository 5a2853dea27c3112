# must fail test_a_week_is_read_as_a_week with "MB were read"
# You fetch every row with every column and choose among them in Python. Nine tenths of the rows and most of each row are
# read, decoded and thrown away.


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
    counts = dict.fromkeys(items, (0, 0))
    found = connect(files).execute(f"SELECT * FROM {EVENTS}")
    names = [column[0] for column in found.description]
    time, item, clicked = (names.index(name) for name in ("time", "item", "clicked"))
    for row in found.fetchall():
        day = row[time].date()
        if row[item] in counts and any(first <= day <= last for first, last in periods):
            shown, clicks = counts[row[item]]
            counts[row[item]] = (shown + 1, clicks + row[clicked])
    return counts


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
