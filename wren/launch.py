"""The help desk on the day somebody wants to launch: four weeks that were looked at, and the four weeks after them.

Only first messages are here, one for each conversation: a rule or a model is asked once, when the matter arrives.
The wording drifts, so that the later weeks are not a copy of the earlier ones.

In the chat, some people write in a hurry: *bare* messages, in small letters and without any of . , ? ! : ; in them.
Each chat message is bare with probability `BARE`, whatever it asks for; no message of another channel is. Nothing else
is changed: a message has the id, the time, the label and the truth that `wren.tickets` gave it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from wren.dice import Dice
from wren.mix import TicketMix
from wren.scores import Prices
from wren.tickets import MONDAY, Ticket, make_tickets

MIX = TicketMix(action_share=0.4, label_noise=0.02, followups=(1.0,), word_order=0.02, drift=0.5)
"""Four first messages in ten ask for an action, and the desk closes one case in fifty under the wrong label."""

PRICES = Prices(wrong_action=40, wrong_information=8, person=2)
"""What it costs to put an account right that was changed by mistake, to explain in vain, and to ask a person."""

DAYS = 56
START = MONDAY + timedelta(days=28)
"""The later weeks begin here; what came before may be looked at."""

CONVERSATIONS = 6000
BARE = 0.2

_DROPPED = str.maketrans("", "", ".,?!:;")
_STREAM = 11  # the bare messages have dice of their own: the other messages are those of `make_tickets`


@dataclass(frozen=True)
class Desk:
    """First messages in order of time, and the ids of those that were written bare."""

    tickets: tuple[Ticket, ...]
    bare: frozenset[str]

    @cached_property
    def earlier(self) -> tuple[Ticket, ...]:
        """The messages that arrived before `START`."""
        return tuple(ticket for ticket in self.tickets if ticket.time < START)

    @cached_property
    def later(self) -> tuple[Ticket, ...]:
        """The messages that arrived from `START` on."""
        return tuple(ticket for ticket in self.tickets if ticket.time >= START)


def make_desk(seed: int, conversations: int = CONVERSATIONS, *, mix: TicketMix = MIX, bare: float = BARE) -> Desk:
    """The desk of this seed: `conversations` begin in `DAYS` days, with about half of them from `START` on."""
    dice = Dice(seed, _STREAM)
    tickets, hurried = [], set()
    for ticket in make_tickets(conversations, DAYS, seed, mix):
        if ticket.channel == "chat" and dice.chance(bare):
            ticket = replace(ticket, text=without_punctuation(ticket.text))
            hurried.add(ticket.id)
        tickets.append(ticket)
    return Desk(tuple(tickets), frozenset(hurried))


def without_punctuation(text: str) -> str:
    """The text as somebody types it in a hurry: small letters, and none of . , ? ! : ;."""
    return text.translate(_DROPPED).lower()
