"""A headless Chromium that opens a page and says what became of it, spoken to over its debugging port."""

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

websocket = pytest.importorskip("websocket", reason="the websocket client comes with the extra notebook")

KEYS = {
    "Enter": {"windowsVirtualKeyCode": 13},
    "ArrowDown": {"windowsVirtualKeyCode": 40},
    "Tab": {"windowsVirtualKeyCode": 9},
}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--remote-allow-origins=*",
)  # fmt: skip
PROBE = """
JSON.stringify({
  text: (document.querySelector("article") ?? document.body).innerText,
  width: document.documentElement.scrollWidth,
  unread: [...document.images].filter(image => !image.complete || !image.naturalWidth).map(image => image.src),
})
"""


@dataclass(frozen=True)
class Seen:
    """What a page showed and asked for: its text, its width in pixels, and the addresses it loaded."""

    text: str
    width: int
    requests: tuple[str, ...]
    failures: tuple[str, ...]
    complaints: tuple[str, ...]
    picture: bytes


class Browser:
    """One tab."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=30)
        self._calls = 0
        self._events: list[dict[str, Any]] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while (message := json.loads(self._socket.recv())).get("id") != self._calls:
            self._events.append(message)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def open(self, url: str, width: int) -> Seen:
        """Load a page in a window of `width` pixels and wait until it is still."""
        self._events.clear()
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._call("Emulation.setDeviceMetricsOverride", **screen)
        self._call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._events.append(json.loads(self._socket.recv()))
        time.sleep(0.3)  # scripts that start with the load event
        probed = json.loads(self._call("Runtime.evaluate", expression=PROBE)["result"]["value"])
        picture = base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])
        return Seen(
            text=probed["text"],
            width=probed["width"],
            requests=tuple(e["params"]["request"]["url"] for e in self._of("Network.requestWillBeSent")),
            failures=(*probed["unread"], *(e["params"]["errorText"] for e in self._of("Network.loadingFailed"))),
            complaints=tuple(self._complaints()),
            picture=picture,
        )

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript on the page, as data."""
        return self._call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key."""
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, **KEYS.get(key, {}), **typed)

    def _of(self, method: str) -> Iterator[dict[str, Any]]:
        return (event for event in self._events if event["method"] == method)

    def _complaints(self) -> Iterator[str]:
        for event in self._of("Runtime.exceptionThrown"):
            yield event["params"]["exceptionDetails"]["exception"]["description"]
        yield from (e["params"]["entry"]["text"] for e in self._of("Log.entryAdded"))
        for event in self._of("Runtime.consoleAPICalled"):
            if event["params"]["type"] in ("error", "warning", "assert"):
                yield str([argument.get("value") for argument in event["params"]["args"]])


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile, ended on leaving."""
    assert CHROMIUM
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with closing(Browser(_address(profile))) as browser:
            yield browser
    finally:
        process.terminate()
        process.wait(30)


def _address(profile: Path) -> str:
    """Where the first tab listens, as soon as the browser has written its port down."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        port = profile / "DevToolsActivePort"
        if port.exists() and (lines := port.read_text().split()):
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json", timeout=10) as answer:
                return next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page")
        time.sleep(0.05)
    raise AssertionError("Chromium did not start within 30 s")
