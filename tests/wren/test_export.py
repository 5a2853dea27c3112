"""The help desk's table with its copies: what hangs together is what the generator calls a matter."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from wren.export import COLUMNS, Message, alike, alike_pairs, make_export
from wren.tickets import MONDAY
from wren.triage import words


@pytest.fixture(scope="module", params=[0, 1, 2])
def table(request: pytest.FixtureRequest) -> list[Message]:
    return make_export(150, 30, seed=request.param)


def parts(messages: list[Message]) -> set[frozenset[str]]:
    """What hangs together by conversations and likeness, found by spreading from row to row."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    first: dict[str, int] = {}
    for place, message in enumerate(messages):
        if message.conversation is not None:
            start = first.setdefault(message.conversation, place)
            neighbours[start].add(place)
            neighbours[place].add(start)
    for left, right in alike_pairs(message.text for message in messages):
        neighbours[left].add(right)
        neighbours[right].add(left)
    found, seen = set(), set[int]()
    for start in range(len(messages)):
        reached, waiting = set[int](), [start]
        while waiting and start not in seen:
            place = waiting.pop()
            if place not in reached:
                reached.add(place)
                waiting += neighbours[place]
        seen |= reached
        if reached:
            found.add(frozenset(messages[place].id for place in reached))
    return found


def matters(messages: list[Message]) -> set[frozenset[str]]:
    ids: dict[int, set[str]] = defaultdict(set)
    for message in messages:
        ids[message.matter].add(message.id)
    return {frozenset(group) for group in ids.values()}


def test_a_matter_is_what_hangs_together(table: list[Message]) -> None:
    assert parts(table) == matters(table)


@pytest.mark.parametrize("seed", range(3))
def test_a_later_message_never_joins_two_matters(seed: int) -> None:
    table = make_export(60, 12, seed)
    for end in range(0, len(table), 5):
        assert parts(table[:end]) == matters(table[:end])


def test_alike_pairs_are_those_that_alike_names(table: list[Message]) -> None:
    texts = [words(message.text) for message in table[:120]] + [words("🙏"), words("")]
    by_hand = [
        (left, right) for left in range(len(texts)) for right in range(left + 1, len(texts))
        if alike(texts[left], texts[right])
    ]  # fmt: skip
    assert alike_pairs([*(message.text for message in table[:120]), "🙏", ""]) == by_hand
    assert by_hand


def test_four_fifths_of_the_words_are_enough() -> None:
    eight = words("one two three four five six seven eight")
    assert alike(eight, eight | {"nine", "ten"})
    assert not alike(eight, eight | {"nine", "ten", "eleven"})
    assert not alike(words(""), words(""))


def test_the_table_has_double_presses_and_copies_of_copies(table: list[Message]) -> None:
    kinds = Counter(message.kind for message in table)
    assert kinds.keys() == {"desk", "pressed twice", "copy", "copy of a copy"}
    for message in table:
        assert (message.conversation is None) == message.kind.startswith("copy") == message.id.startswith("M")
    conversations = defaultdict(set)
    for message in table:
        if message.conversation:
            conversations[message.matter].add(message.conversation)
    assert Counter(map(len, conversations.values()))[2] == kinds["pressed twice"]


def test_rows_are_in_order_of_time_and_named_once(table: list[Message]) -> None:
    times = [message.time for message in table]
    assert times == sorted(times)
    assert times[0] >= MONDAY
    assert len({message.id for message in table}) == len(table)
    assert tuple(table[0].row()) == COLUMNS


def test_a_label_is_written_after_the_last_message_of_its_conversation(table: list[Message]) -> None:
    by_conversation = defaultdict(list)
    for message in table:
        if message.conversation:
            by_conversation[message.conversation].append(message)
    for group in by_conversation.values():
        delay = group[0].labelled - max(message.time for message in group)
        assert timedelta(hours=1) <= delay <= timedelta(hours=48)
        assert len({(message.labelled, message.label) for message in group}) == 1


def test_a_copy_has_the_label_of_its_matter_and_a_customer_of_its_own(table: list[Message]) -> None:
    labels = defaultdict(set)
    customers = defaultdict(set)
    for message in table:
        labels[message.matter].add(message.label)
        customers[message.customer].add(message.matter)
    assert all(len(group) == 1 for group in labels.values())
    assert max(map(len, customers.values())) > 3  # customers return
    assert all(message.customer.startswith("M") == (message.conversation is None) for message in table)


def test_a_matter_is_open_from_its_first_message_to_its_last_label(table: list[Message]) -> None:
    for matter in {message.matter for message in table}:
        group = [message for message in table if message.matter == matter]
        opened, ended = group[0].time, max(max(message.time, message.labelled) for message in group)
        assert {(message.opened, message.ended) for message in group} == {(opened, ended)}


def test_one_seed_makes_one_table() -> None:
    assert make_export(40, 10, 5) == make_export(40, 10, 5)
    assert make_export(40, 10, 5) != make_export(40, 10, 6)
