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
    raise NotImplementedError("5.1, task a: all batches in one table, real times, then files in which a day lies together (about 6 lines)")


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
    raise NotImplementedError("5.1, task b: one query that names its columns and leaves `time` bare (about 9 lines)")


def load(address: str, batches: Iterable[pa.Table]) -> None:
    """Task c. Load the events of `batches` into PostgreSQL at `address`, for `last_seen` below.

    Its table is `shown (customer, time, position, item)`. The database is empty.
    """
    raise NotImplementedError("5.1, task c: create the table, one COPY, an index for the query below (about 8 lines)")


def last_seen(address: str, customer: int, count: int) -> list[int]:
    """The `count` items the customer was shown last, the newest page first, from the top of each page."""
    query = "SELECT item FROM shown WHERE customer = %s ORDER BY time DESC, position LIMIT %s"
    with psycopg.connect(address) as connection:
        return [item for (item,) in connection.execute(query, (customer, count)).fetchall()]
