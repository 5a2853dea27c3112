"""What the messages to the help desk are like, as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TicketMix:
    """What the messages are like. Every share and rate is between 0 and 1.

    `followups[k]` is the chance that a conversation has k follow-ups, as far as they fall into the days generated;
    the follow-ups come a day or more apart, at most `patience` days. `typos` is the share of words with a slip.
    `chatter` is the chance of a sentence beside the point. `drift` moves wording and products: at 0 they stay, at 1
    every second sentence and product fades out from the first day to the last, and the others fade in.
    """

    action_share: float = 0.5
    label_noise: float = 0.04
    followups: tuple[float, ...] = (0.7, 0.15, 0.08, 0.04, 0.03)
    patience: int = 3
    returning: float = 0.3
    word_order: float = 0.05
    typos: float = 0.03
    chatter: float = 0.5
    odd_case: float = 0.08
    emoji: float = 0.1
    crumbs: float = 0.06
    decomposed: float = 0.1
    drift: float = 0.0
