"""The shop as the examiner runs it: callers who come, give up and are answered, and a model that takes its time.

All of it happens on the examiner's clock. An answer is disclosed when the model's virtual work is done, so that no
caller can have it sooner, and every latency is the examiner's own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, VirtualTime, expect, expect_equal, expect_type
from autograder.examiner.virtual_time import Stuck

INSTANT = 1e-9  # s; what is closer than this happens at once
LINGER = 0.001  # s that a request may wait on an idle model


def service_time(items: int) -> float:
    """How long the model works on a batch, in seconds: 2 ms, and 0.15 ms for each item."""
    return 2e-3 + 0.15e-3 * items


def ms(seconds: float) -> str:
    """A time in words."""
    return f"{seconds * 1000:.1f} ms"


@dataclass(eq=False)
class Caller:
    """One caller; times in seconds. `outcome` is ("answer", value), ("error", type, text, place) or ("gone",)."""

    number: int
    came: float
    ticket: int
    version: str
    gives_up: float | None
    ended: float = 0.0
    outcome: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Call:
    """One call of the model at `start` (s).

    `callers` are those whose items went for the first time, `idle` is how long (s) the oldest of them had waited
    while the model was free, and `passed_over` is a caller who waited and should have gone before one of them.
    """

    start: float
    size: int
    callers: list[Caller]
    idle: float
    passed_over: Caller | None


class Shop:
    """Callers who come at given instants (s, ascending), a model, and the record of what happened.

    Each caller has a ticket of their own and asks version v1 with all the patience in the world; `tickets`,
    `versions` and `gives_up` (s) say by caller's number where it is otherwise. No model can read the tickets `bad`.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        arrivals: Sequence[float],
        *,
        max_size: int = 32,
        tickets: Mapping[int, int] | None = None,
        versions: Mapping[int, str] | None = None,
        gives_up: Mapping[int, float] | None = None,
        bad: Collection[int] = (),
    ) -> None:
        self.time = VirtualTime()
        self.max_size = max_size
        self.bad = frozenset(bad)
        self.callers = [
            Caller(n, float(came), (tickets or {}).get(n, n), (versions or {}).get(n, "v1"), (gives_up or {}).get(n))
            for n, came in enumerate(arrivals)
        ]
        self.secrets = {(caller.ticket, caller.version): int(rng.integers(10**9)) for caller in self.callers}
        self.calls: list[Call] = []
        self._inside: dict[int, Caller] = {}  # who came and has no outcome
        self._waiting: dict[int, Caller] = {}  # those of them whose item has not gone to the model
        self._asked: dict[int, list[str]] = {}  # for each ticket that came, the versions it was meant for
        self._outstanding = len(self.callers)
        self._busy_with = 0
        self._free_since = 0.0
        self._crash = ""

    def __repr__(self) -> str:
        return f"{len(self.callers)} callers within {self.callers[-1].came:.3f} s"

    def run(self, harness: Any) -> "Shop":
        """Let it all happen, and fail unless every caller got what is theirs."""
        for caller in self.callers:
            options = {} if caller.version == "v1" and caller.number % 2 else {"version": caller.version}
            self.time.at(caller.came, ["arrive", caller.number, {"ticket": caller.ticket}, options])
            if caller.gives_up is not None:
                self.time.at(caller.gives_up, ["give up", caller.number])
        harness.serve(self, max_size=self.max_size)
        expect(self._outstanding == 0, "the run ended before every caller had an outcome")
        for caller in self.callers:
            self._judge(caller)
        return self

    def latencies(self) -> Any:
        """From coming to having an outcome, for each caller, in seconds."""
        return np.array([caller.ended - caller.came for caller in self.callers])

    def __call__(self, timeout: Any, reports: Any) -> tuple[float, list[Any]]:
        """Hear what happened at this instant, and move the clock on: the harness's `tick`."""
        expect_type(reports, list, "the harness reported no list")
        for report in reports:
            self._hear(report)
        try:
            now, events = self.time.tick(timeout)
        except Stuck as stuck:
            raise self._never_answered(stuck) from None
        events.sort(key=lambda event: event[0] == "arrive")  # who comes as a batch ends comes just after it
        for event in events:
            if event[0] == "arrive":
                caller = self.callers[event[1]]
                self._inside[caller.number] = self._waiting[caller.number] = caller
                self._asked.setdefault(caller.ticket, []).append(caller.version)
            elif event[0] in ("answer", "fail"):
                self._busy_with, self._free_since = 0, now
        return now, events

    def expect_no_idle_wait(self) -> None:
        """Fail when somebody waited while the model was free, by more than `LINGER`."""
        for call in self.calls:
            because = f"caller {call.callers[0].number} waited {ms(call.idle)} on an idle model" if call.callers else ""
            expect(call.idle <= LINGER + INSTANT, because, got=ms(call.idle), expected=f"at most {ms(LINGER)}")

    def expect_oldest_first(self) -> None:
        """Fail when somebody waited and one who came later went before them."""
        for call in self.calls:
            if call.passed_over:
                who = f"caller {call.passed_over.number}, who came at {ms(call.passed_over.came)},"
                raise CheckFailed(f"{who} was passed over at {ms(call.start)} by one who came later")

    # ---- what is heard

    def _hear(self, report: Any) -> None:
        match report:
            case ["call", version, [*items]]:
                self._called(version, items)
            case ["answer", int(number), value] if number in self._inside:
                self._ended(number, ("answer", value))
            case ["error", int(number), str(kind), str(words), str(place)] if number in self._inside:
                self._ended(number, ("error", kind, words, place))
            case ["gone", int(number)] if number in self._inside:
                self._ended(number, ("gone",))
            case ["crash", str(words)]:
                self._crash = words[:200]
            case _:
                raise CheckFailed("the harness reported what cannot be", got=repr(report)[:160])

    def _ended(self, number: int, outcome: tuple[Any, ...]) -> None:
        caller = self._inside.pop(number)
        caller.ended, caller.outcome = self.time.now, outcome
        self._waiting.pop(number, None)
        self._outstanding -= 1
        if self._outstanding == 0:
            self.time.at(self.time.now, ["end"])

    def _called(self, version: Any, items: list[Any]) -> None:
        now, size, number = self.time.now, len(items), len(self.calls)
        busy = f"the model was called at {ms(now)}, still at work on {self._busy_with} items: two calls at once"
        expect(not self._busy_with, busy)
        expect(size > 0, f"the model was called at {ms(now)} with no items")
        expect(size <= self.max_size, f"{size} items went to the model in one batch; max_size is {self.max_size}")
        endless = f"the model was called {number} times for {len(self.callers)} callers: a retry without end"
        expect(number < 20 + 4 * len(self.callers), endless)
        tickets = [self._ticket(item, version) for item in items]
        self.calls.append(self._record(tickets, version))
        self._busy_with = size
        unread = next((ticket for ticket in tickets if ticket in self.bad), None)
        if unread is None:
            outcome = ["answer", number, [self.secrets[ticket, version] for ticket in tickets]]
        else:
            outcome = ["fail", number, self._error(unread, version)]
        self.time.at(now + service_time(size), outcome)

    def _ticket(self, item: Any, version: Any) -> int:
        ticket = item.get("ticket") if isinstance(item, dict) else None
        asked = self._asked.get(ticket, []) if type(ticket) is int else []
        expect(bool(asked), f"the model was given an item that nobody submitted: {item!r:.80}")
        mixed = f"an item for {' and '.join(sorted(set(asked)))} went to the model in a batch for {version!r:.20}"
        expect(version in asked, mixed)
        return int(ticket)

    def _record(self, tickets: list[int], version: str) -> Call:
        now = self.time.now
        waited = [caller for caller in self._waiting.values() if caller.came < now - INSTANT]
        going: list[Caller] = []
        for ticket in tickets:
            mine = (c for c in self._waiting.values() if c.ticket == ticket and c.version == version)
            caller = next(mine, None)
            if caller:
                going.append(self._waiting.pop(caller.number))
        due = waited[:1] + [c for c in waited if c.version == version][: len(going)]
        passed_over = next((caller for caller in due if going and caller not in going), None)
        came = min((caller.came for caller in going), default=now)
        return Call(now, len(tickets), going, now - max(came, self._free_since), passed_over)

    # ---- what is said

    def _error(self, ticket: int, version: str) -> str:
        return f"cannot read ticket {ticket} (code {self.secrets[ticket, version]})"

    def _never_answered(self, stuck: Stuck) -> CheckFailed:
        lost = next((caller for caller in self.callers if not caller.outcome), None)
        if lost is None:
            return stuck
        state = "waits" if lost.number in self._waiting else "was sent to the model and waits"
        words = f"caller {lost.number}, who came at {ms(lost.came)}, {state} for ever"
        if self._crash:
            words += f"; a task of the batcher's ended in {self._crash}"
        return CheckFailed(words, got=f"{stuck}; callers without an answer: {self._outstanding}")

    def _judge(self, caller: Caller) -> None:
        who, kind = f"caller {caller.number}", caller.outcome[0]
        if kind == "gone":
            expect(caller.gives_up is not None, f"{who} was cancelled without having given up")
            late = caller.ended - (caller.gives_up or 0.0)
            expect(late <= INSTANT, f"{who} gave up, and was held for another {ms(late)}")
        elif caller.ticket in self.bad:
            expect(kind == "error", f"{who} got an answer to an item that the model cannot read")
            expected = ("ModelError", self._error(caller.ticket, caller.version))
            expect_equal(caller.outcome[1:3], expected, f"{who} got another error than their own item's")
        else:
            expect(kind == "answer", f"{who}'s item is good, and {who} got {' '.join(map(str, caller.outcome))}")
            self._judge_answer(caller, caller.outcome[1])

    def _judge_answer(self, caller: Caller, got: Any) -> None:
        expected = self.secrets[caller.ticket, caller.version]
        if type(got) is int and got == expected:
            return
        whose = next((key for key, secret in self.secrets.items() if type(got) is int and secret == got), None)
        because = f"caller {caller.number} got no answer of the model's"
        if whose:
            because = f"caller {caller.number} got the answer to another item: ticket {whose[0]}, {whose[1]}"
        expect_equal(got, expected, because)
