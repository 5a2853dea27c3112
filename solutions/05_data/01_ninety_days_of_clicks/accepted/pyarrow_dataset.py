# Differs: a folder for each day, written and read by pyarrow.dataset; an index on the customer alone.

from collections import Counter
from datetime import timedelta

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

BY_DAY = ds.partitioning(pa.schema([("day", pa.string())]), flavor="hive")


def lay_out(batches, folder):
    events = pa.concat_tables(batches)
    days = pc.utf8_slice_codeunits(events["time"], 0, 10)
    times = pc.cast(events["time"], pa.timestamp("us"))
    events = events.set_column(events.column_names.index("time"), "time", times).append_column("day", days)
    ds.write_dataset(events, folder, format="parquet", partitioning=BY_DAY)


def rates(files, items, periods):
    days = {str(first + timedelta(n)) for first, last in periods for n in range((last - first).days + 1)}
    events = ds.dataset("events", filesystem=files, format="parquet", partitioning=BY_DAY)
    wanted = ds.field("day").isin(sorted(days)) & ds.field("item").isin(list(items))
    found = events.to_table(columns=["item", "clicked"], filter=wanted)
    shown = Counter(found["item"].to_pylist())
    clicked = Counter(found.filter(found["clicked"])["item"].to_pylist())
    return {item: (shown[item], clicked[item]) for item in items}


def load(address, batches):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE shown (customer int, time timestamp, position int, item int)")
        with connection.cursor().copy("COPY shown FROM STDIN") as copy:
            for batch in batches:
                for row in batch.select(["customer", "time", "position", "item"]).to_pylist():
                    copy.write_row(list(row.values()))
        connection.execute("CREATE INDEX ON shown (customer)")
        connection.execute("ANALYZE shown")


def last_seen(address, customer, count):
    query = "SELECT item FROM shown WHERE customer = %s ORDER BY time DESC, position LIMIT %s"
    with psycopg.connect(address) as connection:
        return [item for (item,) in connection.execute(query, (customer, count)).fetchall()]
