"""What Wren's help desk would like to know of a message before anybody has read it.

A *problem* is made without arguments. `train()` and `test()` each give texts and, for each text, the right answer; the
texts of `test()` came in the four weeks after those of `train()`. All that is here can be seen by the shop: it is in
the columns of `wren.tickets`, and nothing is of its truth.

- `Category`: does the first message of a conversation ask for an action or for information? That is when the desk has
  to know. One label in twenty-five is wrong.
- `FollowUp`: does a message go on with a matter that was opened before? Today somebody finds that out by hand.
- `Channel`: which way did a message come? The generator words all channels alike, so nobody can know.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from wren.tickets import MONDAY, Ticket, make_tickets

Examples = tuple[list[str], list[str]]
"""Texts, and for each of them the right answer."""

DAYS = 28
CONVERSATIONS = 800
SEED = 32


class _Problem:
    """A question about messages: which of them it is asked about, and the right answer."""

    def train(self) -> Examples:
        """Four weeks of messages."""
        return self._examples(_eight_weeks()[0])

    def test(self) -> Examples:
        """The four weeks after."""
        return self._examples(_eight_weeks()[1])

    def _examples(self, tickets: Sequence[Ticket]) -> Examples:
        asked = [ticket for ticket in tickets if self._is_asked(ticket)]
        return [ticket.text for ticket in asked], [self._answer(ticket) for ticket in asked]

    def _is_asked(self, ticket: Ticket) -> bool:
        return True

    def _answer(self, ticket: Ticket) -> str:
        raise NotImplementedError


class Category(_Problem):
    """The label of a first message: ACCOUNT_ACTION or INFORMATION."""

    def _is_asked(self, ticket: Ticket) -> bool:
        return ticket.follows is None

    def _answer(self, ticket: Ticket) -> str:
        return ticket.label


class FollowUp(_Problem):
    """Whether a message is the "first" of its conversation or writes "again"."""

    def _answer(self, ticket: Ticket) -> str:
        return "again" if ticket.follows else "first"


class Channel(_Problem):
    """The channel of a message: one of `wren.tickets.CHANNELS`."""

    def _answer(self, ticket: Ticket) -> str:
        return ticket.channel


@lru_cache(maxsize=1)
def _eight_weeks() -> tuple[tuple[Ticket, ...], tuple[Ticket, ...]]:
    """The messages of the first four weeks, and those of the conversations that began in the next four."""
    earlier = make_tickets(CONVERSATIONS, DAYS, SEED)
    later = make_tickets(CONVERSATIONS, DAYS, SEED, start=MONDAY + timedelta(days=DAYS), after=earlier)
    return tuple(earlier), tuple(later)
