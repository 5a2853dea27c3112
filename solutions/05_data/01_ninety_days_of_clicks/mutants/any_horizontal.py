# must fail test_two_periods_far_apart_are_read_as_two with "MB were read"
# `any_horizontal` is a function of columns, and not the operator: the lazy engine hands `|` down to the files and keeps
# the function to itself. So all rows come up before any is thrown away.

from datetime import datetime, time, timedelta

import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq


def lay_out(batches, folder):
    events = with_times(pa.concat_tables(batches)).sort_by("time")
    pq.write_table(events, folder / "events.parquet", row_group_size=4096)


def with_times(events):
    times = pc.cast(events["time"], pa.timestamp("ms"))
    return events.set_column(events.column_names.index("time"), "time", times)


def instant(day):
    return datetime.combine(day, time())


def rates(files, items, periods):
    event = pl.col("time")
    inside = [(event >= instant(first)) & (event < instant(last + timedelta(1))) for first, last in periods]
    found = (
        pl.scan_pyarrow_dataset(ds.dataset("events", filesystem=files, format="parquet"))
        .filter(pl.any_horizontal(inside) & pl.col("item").is_in(list(items)))
        .group_by("item")
        .agg(pl.len(), pl.col("clicked").sum())
        .collect()
    )
    counts = {item: (shown, clicked) for item, shown, clicked in found.rows()}
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
