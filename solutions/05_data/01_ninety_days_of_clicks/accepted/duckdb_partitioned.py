# Differs: DuckDB writes a folder for each day and asks for days by their folder's name.

from datetime import timedelta

import duckdb
import psycopg
import pyarrow as pa

EVENTS = "read_parquet('wren://events/*/*.parquet', hive_partitioning = true, hive_types = {'day': DATE})"


def lay_out(batches, folder):
    connection = duckdb.connect()
    connection.register("raw", pa.concat_tables(batches))
    connection.execute(
        "COPY (SELECT * REPLACE (time::TIMESTAMP AS time), time::DATE AS day FROM raw ORDER BY time)"
        f" TO '{folder}' (FORMAT parquet, PARTITION_BY (day), COMPRESSION zstd, OVERWRITE_OR_IGNORE)"
    )


def rates(files, items, periods):
    days = {first + timedelta(n) for first, last in periods for n in range((last - first).days + 1)}
    names = ", ".join(f"DATE '{day}'" for day in sorted(days))
    numbers = ", ".join(str(int(item)) for item in items)
    connection = duckdb.connect()
    connection.register_filesystem(files)
    found = connection.sql(
        f"FROM {EVENTS} SELECT item, count(*), sum(clicked::int) WHERE day IN ({names}) AND item IN ({numbers})"
        " GROUP BY ALL"
    ).fetchall()
    return dict.fromkeys(items, (0, 0)) | {item: (shown, int(clicked)) for item, shown, clicked in found}


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
