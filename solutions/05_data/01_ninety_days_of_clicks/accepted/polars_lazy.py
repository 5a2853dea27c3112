# Differs: Polars sorts and writes, its lazy query goes through a pyarrow dataset, and COPY gets CSV.

from datetime import datetime, time, timedelta

import polars as pl
import psycopg
import pyarrow.dataset as ds


def lay_out(batches, folder):
    events = pl.concat([pl.from_arrow(batch) for batch in batches])
    events = events.with_columns(pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S%.3f", time_unit="ms")).sort("time")
    for (month,), rows in events.group_by(pl.col("time").dt.strftime("%Y-%m"), maintain_order=True):
        rows.write_parquet(folder / f"{month}.parquet", row_group_size=5000)


def instant(day):
    return datetime.combine(day, time())


def rates(files, items, periods):
    inside = pl.lit(False)
    for first, last in periods:
        inside = inside | ((pl.col("time") >= instant(first)) & (pl.col("time") < instant(last + timedelta(1))))
    found = (
        pl.scan_pyarrow_dataset(ds.dataset("events", filesystem=files, format="parquet"))
        .filter(inside & pl.col("item").is_in(list(items)))
        .group_by("item")
        .agg(pl.len(), pl.col("clicked").sum())
        .collect()
    )
    counts = {item: (shown, clicked) for item, shown, clicked in found.rows()}
    return {item: counts.get(item, (0, 0)) for item in items}


def load(address, batches):
    with psycopg.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shown (customer integer, time timestamp, position smallint, item integer)")
        cursor.execute("CREATE INDEX shown_to ON shown (customer, time DESC, position)")
        with cursor.copy("COPY shown (customer, time, position, item) FROM STDIN WITH (FORMAT csv)") as copy:
            for batch in batches:
                rows = pl.from_arrow(batch).select("customer", "time", "position", "item")
                copy.write(rows.write_csv(include_header=False))


def last_seen(address, customer, count):
    query = "SELECT item FROM shown WHERE customer = %s ORDER BY time DESC, position LIMIT %s"
    with psycopg.connect(address) as connection:
        return [item for (item,) in connection.execute(query, (customer, count)).fetchall()]
