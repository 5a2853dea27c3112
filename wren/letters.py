"""How a message is worded: what matters in it, what people write around that, and what becomes of it on the way."""

from collections.abc import Sequence
from typing import TypeVar

from wren import noise
from wren.dice import Dice, cumulate
from wren.mix import TicketMix
from wren.phrases import CHATTER, CLOSINGS, GREETINGS, REFERENCES, REMINDERS, TOWNS

Item = TypeVar("Item")


class Writer:
    """Writes one conversation: every message names its order and means the same."""

    def __init__(self, dice: Dice, mix: TicketMix, sentence: str, product: str, order: str, name: str) -> None:
        self.dice = dice
        self.mix = mix
        self.product = product
        self.order = order
        self.name = name
        self.sentence = self.fill(sentence)

    def first(self) -> str:
        """The message that begins the conversation."""
        return self.spoil(self.letter())

    def follow_up(self, first: str) -> tuple[str, str]:
        """A later message and its kind: "again", "reminder" or "quoting" the `first` one."""
        reminder = self.fill(self.dice.pick(REMINDERS))
        kind = self.dice.roll()
        if kind < 0.4:
            return self.spoil(self.letter()), "again"
        if kind < 0.7:
            return self.spoil(f"{reminder} {self.sentence}"), "reminder"
        return self.spoil(f"{reminder} {self.name}") + "\n" + noise.quote(first), "quoting"

    def letter(self) -> str:
        """A whole message around the sentence that matters."""
        dice = self.dice
        parts = [dice.pick(GREETINGS), self.sentence]
        if self.order not in self.sentence:
            parts.insert(dice.between(1, 2), dice.pick(REFERENCES))
        while dice.chance(self.mix.chatter):
            remark = dice.pick(CHATTER)
            if remark not in parts:
                parts.insert(dice.between(1, len(parts)), remark)
        parts.append(dice.pick(CLOSINGS))
        return self.fill(" ".join(part for part in parts if part))

    def fill(self, text: str) -> str:
        """The text with its slots filled."""
        if "{" not in text:
            return text
        town = self.dice.pick(TOWNS)
        return text.format(order=self.order, product=self.product, town=town, name=self.name)

    def spoil(self, text: str) -> str:
        """The text as it arrives."""
        dice, mix = self.dice, self.mix
        text = noise.misspell(text, dice.whole(mix.typos * text.count(" ")), dice)
        if dice.chance(mix.odd_case):
            text = noise.change_case(text, dice)
        if dice.chance(mix.emoji):
            text = noise.add_emoji(text, dice)
        if dice.chance(mix.crumbs):
            text = noise.add_crumbs(text, dice)
        return noise.decompose(text) if dice.chance(mix.decomposed) else text


def in_fashion(items: Sequence[Item], drift: float, progress: float, dice: Dice) -> Item:
    """One of the items; under drift the even places are of the first day and the odd ones of the last.

    `progress` is 0 on the first day and close to 1 on the last.
    """
    if not drift:
        return dice.pick(items)
    weights = [1 - drift + drift * 2 * (progress if at % 2 else 1 - progress) for at in range(len(items))]
    return items[dice.weighted(cumulate(weights))]
