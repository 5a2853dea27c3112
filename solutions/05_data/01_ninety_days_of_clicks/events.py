"""Ninety days of what the shop window showed, laid out so that a question reads little more than its answer."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Period = tuple[date, date]
"""The first and the last day, both included."""

EVENTS = "read_parquet('wren://events/**/*.parquet', hive_partitioning = true)"
"""Your layout, as DuckDB finds it on the file system that `rates` is given."""


def lay_out(batches: Iterable[pa.Table], folder: Path) -> None:
    """Task a. Write all events into Parquet files in `folder`, which is empty.

    A batch holds what the shop heard of on one day, in no order: a phone that was offline sends its events up to ten
    days late. Columns: event, page, time, customer, query, item, position, price, clicked. Keep all of them with
    their names. `time` comes as text, "2026-03-02 09:14:05.123" (UTC), and becomes a timestamp; the other types stay.
    A row group that holds no event of a day should, but for a few, be known to hold none from the footer alone.
    """
    ### BEGIN SOLUTION a: all batches in one table, real times, then files in which a day lies together (about 6 lines)
    events = pa.concat_tables(batches)
    place = events.column_names.index("time")
    times = pc.cast(events["time"], pa.timestamp("ms"))
    events = events.set_column(place, "time", times).sort_by("time")
    pq.write_table(events, folder / "events.parquet", row_group_size=4096)
    ### END SOLUTION


def connect(files: Any) -> duckdb.DuckDBPyConnection:
    """DuckDB with the file system `files`: `connect(files).sql(f"SELECT count(*) FROM {EVENTS}").fetchall()`."""
    connection = duckdb.connect()
    connection.register_filesystem(files)
    return connection


def rates(files: Any, items: Sequence[int], periods: Sequence[Period]) -> dict[int, tuple[int, int]]:
    """Task b. For each of `items`: how often it was shown, and how often clicked, on the days of `periods`.

    `files` is an fsspec file system (`wren://`) whose folder `events` is what `lay_out` wrote; each byte read from it
    is counted. Periods may lie far apart and may overlap; an event counts once. (0, 0) for an item that was not shown.
    """
    ### BEGIN SOLUTION b: one query that names its columns and leaves `time` bare (about 9 lines)
    inside = " OR ".join("(time >= ? AND time < ?)" for _ in periods)
    bounds = [bound for first, last in periods for bound in (first, last + timedelta(days=1))]
    found = connect(files).execute(
        f"SELECT item, count(*), count(*) FILTER (clicked) FROM {EVENTS}"
        f" WHERE ({inside}) AND item IN (SELECT unnest(?)) GROUP BY item",
        [*bounds, list(items)],
    )
    counts = {item: (shown, clicked) for item, shown, clicked in found.fetchall()}
    return {item: counts.get(item, (0, 0)) for item in items}
    ### END SOLUTION


def load(address: str, batches: Iterable[pa.Table]) -> None:
    """Task c. Load the events of `batches` into PostgreSQL at `address`, for `last_seen` below.

    Its table is `shown (customer, time, position, item)`. The database is empty.
    """
    ### BEGIN SOLUTION c: create the table, one COPY, an index for the query below (about 8 lines)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shown (customer int, time timestamp, position smallint, item int)")
        with cursor.copy("COPY shown FROM STDIN") as copy:
            for batch in batches:
                columns = batch.select(["customer", "time", "position", "item"]).to_pydict()
                for row in zip(*columns.values(), strict=True):
                    copy.write_row(row)
        cursor.execute("CREATE INDEX ON shown (customer, time)")
    ### END SOLUTION


def last_seen(address: str, customer: int, count: int) -> list[int]:
    """The `count` items the customer was shown last, the newest page first, from the top of each page."""
    query = "SELECT item FROM shown WHERE customer = %s ORDER BY time DESC, position LIMIT %s"
    with psycopg.connect(address) as connection:
        return [item for (item,) in connection.execute(query, (customer, count)).fetchall()]
