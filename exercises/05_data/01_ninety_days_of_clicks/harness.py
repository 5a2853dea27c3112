"""What runs beside your code: batches as they come, and files that are read through the examiner, who counts.

`Shelf` is a file system like any other for DuckDB, pyarrow and Polars.
"""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pyarrow as pa

Read = Callable[[str, int, int], bytes]
"""`read(path, start, count)`: bytes of a file, as the examiner has it."""

_READER = ThreadPoolExecutor(1)  # engines start new threads for each query; the line to the examiner needs one


class Shelf(fsspec.AbstractFileSystem):  # type: ignore[misc]  # fsspec tells no types
    """A folder `events` that is read piece by piece; `sizes` are its files: path and bytes."""

    protocol = "wren"
    cachable = False

    def __init__(self, read: Read, sizes: dict[str, int]) -> None:
        super().__init__()
        self.read = read
        self.sizes = sizes

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """About one file or folder."""
        path = self._strip_protocol(path).strip("/")
        if path in self.sizes:
            return {"name": path, "size": self.sizes[path], "type": "file"}
        if not path or any(name.startswith(f"{path}/") for name in self.sizes):
            return {"name": path, "size": 0, "type": "directory"}
        raise FileNotFoundError(path)

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """What is in a folder."""
        about = self.info(path)
        start = f"{about['name']}/" if about["name"] else ""
        inside = {start + name[len(start) :].partition("/")[0] for name in self.sizes if name.startswith(start)}
        found = [about] if about["type"] == "file" else [self.info(name) for name in sorted(inside)]
        return found if detail else [each["name"] for each in found]

    def modified(self, path: str) -> datetime:
        """All files are of one age."""
        return datetime(2026, 6, 8)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> "_Book":
        if mode != "rb":
            raise PermissionError("these files are only read")
        return _Book(self, self.info(path))


class _Book(io.RawIOBase):
    """An open file. Each thread has a place of its own in it: engines seek and read from many at once."""

    mode = "rb"

    def __init__(self, shelf: Shelf, about: dict[str, Any]) -> None:
        self.shelf, self.name, self.size = shelf, about["name"], about["size"]
        self.place = threading.local()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(getattr(self.place, "at", 0))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self.size}[whence]
        self.place.at = base + offset
        return self.tell()

    def read(self, count: int | None = -1) -> bytes:
        start = self.tell()
        left = max(self.size - start, 0)
        wanted = left if count is None or count < 0 else min(count, left)
        data = _READER.submit(self.shelf.read, self.name, start, wanted).result() if wanted else b""
        self.place.at = start + len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def batches(take: Callable[[], pa.Table | None]) -> Iterator[pa.Table]:
    """The batches that the examiner hands out, to the last."""
    while (batch := take()) is not None:
        yield batch


def lay_out(take: Callable[[], pa.Table | None]) -> None:
    """Let your `lay_out` write into the folder `events`."""
    import events

    folder = Path("events").absolute()
    folder.mkdir()
    events.lay_out(batches(take), folder)


def rates(read: Read, sizes: dict[str, int], items: list[int], periods: list[tuple[date, date]]) -> Any:
    """What your `rates` answers."""
    import events

    return events.rates(Shelf(read, sizes), items, periods)


def load(take: Callable[[], pa.Table | None], address: str) -> None:
    """Let your `load` fill the database."""
    import events

    events.load(address, batches(take))


def naive_rates(read: Read, sizes: dict[str, int], items: list[int], periods: list[tuple[date, date]]) -> Any:
    """The answer of the script that the shop has now: all rows, all columns, and a loop over them."""
    connection = duckdb.connect()
    connection.register_filesystem(Shelf(read, sizes))
    found = connection.execute("SELECT * FROM read_parquet('wren://events/*.parquet')")
    names = [column[0] for column in found.description]
    counts = dict.fromkeys(items, (0, 0))
    for values in found.fetchall():
        event = dict(zip(names, values, strict=True))
        day = datetime.fromisoformat(event["time"]).date()
        if event["item"] in counts and any(first <= day <= last for first, last in periods):
            shown, clicked = counts[event["item"]]
            counts[event["item"]] = (shown + 1, clicked + event["clicked"])
    return counts
