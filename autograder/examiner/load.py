"""An open loop: requests leave when they are due, however long the answers to earlier ones take.

A closed loop sends the next request when the last one is answered. While the service stalls, it sends none, so that
a stall is one slow request in its figures. Users do not wait for each other: here, all who came during the stall are
in the figures, each with the time since it was due.
"""

import itertools
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autograder.examiner.faults import CandidateFault, CandidateLate
from autograder.examiner.http1 import Request, Response

MAX_SENDERS = 256
_LEAD = 0.02  # s from the start of the first threads to the instant 0 of the schedule


@dataclass(frozen=True)
class Sent:
    """What became of one request: its `response`, or the `fault` in place of one.

    `due` is when it had to leave, in s from the beginning; `lag` by how many s the examiner itself was late with it;
    `latency` the s from `due` to the end of the answer, infinite when there was none. On a busy machine a bar is better
    held against `latency - lag`, which begins when the request left: no answer that is missing delays the next one.
    """

    due: float
    lag: float
    latency: float
    response: Response | None = None
    fault: CandidateFault | None = None


@dataclass(frozen=True)
class LoadResult:
    """All requests of a load, in the order in which they were due."""

    sent: tuple[Sent, ...]

    @property
    def responses(self) -> tuple[Response, ...]:
        """The answers that came."""
        return tuple(sent.response for sent in self.sent if sent.response)

    @property
    def statuses(self) -> Counter[int]:
        """How many answers had each status."""
        return Counter(response.status for response in self.responses)

    @property
    def faults(self) -> Counter[str]:
        """How many requests had no answer, for each kind of fault: the name of its class, such as CandidateLate."""
        return Counter(type(sent.fault).__name__ for sent in self.sent if sent.fault)

    @property
    def lag(self) -> float:
        """The largest time (s) by which the examiner itself was late: what it cannot tell from the service's own."""
        return max(sent.lag for sent in self.sent)

    def percentile(self, fraction: float) -> float:
        """The latency (s) that this fraction of all requests kept to: 0.99 for p99. No answer counts as infinite."""
        latencies = sorted(sent.latency for sent in self.sent)
        return latencies[max(math.ceil(fraction * len(latencies)) - 1, 0)]


def steady(rate: float, seconds: float) -> tuple[float, ...]:
    """Arrivals at even distances, `rate` a second for `seconds`: instants in s from the beginning."""
    return tuple(number / rate for number in range(round(rate * seconds)))


def send_load(
    ask: Callable[[Request, float], Response], arrivals: Sequence[float], requests: Sequence[Request], patience: float
) -> LoadResult:
    """Send each request at its arrival, each by a thread and over a connection of its own.

    `ask` takes a request and the instant on the monotonic clock at which whoever sent it gives up: `patience` s after
    it was due. At most 256 requests are under way; what is due beyond them leaves late, and `lag` tells it. ValueError
    when there are no arrivals, or when they are not in order.
    """
    if not len(arrivals) or any(b < a for a, b in itertools.pairwise(arrivals)):
        raise ValueError("arrivals should be instants in ascending order, at least one")
    began = time.monotonic() + _LEAD

    def send(due: float, request: Request) -> Sent:
        lag = time.monotonic() - began - due
        try:
            if lag > patience:
                raise CandidateLate(
                    f"{request} was given up before it could leave: {MAX_SENDERS} others were under way"
                )
            response = ask(request, began + due + patience)
        except CandidateFault as fault:
            return Sent(due, lag, math.inf, fault=fault)
        return Sent(due, lag, time.monotonic() - began - due, response)

    with ThreadPoolExecutor(MAX_SENDERS, "load") as pool:
        sending = []
        for due, request in zip(map(float, arrivals), requests, strict=True):
            time.sleep(max(began + due - time.monotonic(), 0))
            sending.append(pool.submit(send, due, request))
        return LoadResult(tuple(future.result() for future in sending))
