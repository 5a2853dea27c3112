"""What a rule, a count and a decision have to do, on tickets that can be counted by hand."""

from datetime import timedelta

from support import (
    ACTION,
    END,
    HOUR,
    INFORMATION,
    MONEY,
    START,
    entry,
    expect_decision,
    expect_report,
    report,
    scores_of,
    some,
    table,
)

from autograder.examiner import expect, task

REQUESTS = (
    "Hello, Please cancel my Tern backpack, I ordered it by mistake. Order W-48213. Thanks, Mei",
    "I cannot log in any more, unlock my account. (W-20417)",
    "Hi, I have moved to Cork, send the Lumo lamp there. See W-77120. Cheers, Noor",
    "Close my account and delete what you know about me. My order number is W-31988.",
    "The Pico speaker arrived broken and I want my money back. W-55102. Best regards, Elif",
    "My card has expired, take the payment for the Lumo lamp from the new one. Order W-16640.",
)
QUESTIONS = (
    "Hello, How do I clean the Lumo lamp? Order W-48213. Thanks, Mei",
    "Which carrier brings the Tern backpack to Cork? (W-20417)",
    "Hi, Until what day can I return the Pico speaker? See W-77120. Cheers, Noor",
    "What happens to my points if I close my account? My order number is W-31988.",
    "Where is my Pico speaker? It was due in Gent last week. W-55102. Best regards, Elif",
    "Can I pay by invoice when I order from Graz? Order W-16640.",
)


@task("a", points=1)
def test_every_message_gets_a_score(candidate):
    """Each message has a score, in their order; no messages have none."""
    for texts in ([], [""], list(REQUESTS), ["🙂", REQUESTS[0], "W-12345"]):
        scores_of(candidate.score(texts), texts)


@task("a", points=1)
def test_plain_requests_and_plain_questions_are_told_apart(candidate):
    """Of six plain requests at least three score 1 or more, of six plain questions at most one."""
    texts = [text for pair in zip(REQUESTS, QUESTIONS, strict=True) for text in pair]
    scores = dict(zip(texts, scores_of(candidate.score(texts), texts), strict=True))
    asked = [text for text in QUESTIONS if scores[text] >= 1]
    missed = [text for text in REQUESTS if scores[text] < 1]
    expect(
        len(asked) <= 1,
        f"{len(asked)} of 6 questions score 1 or more, so that an account is changed for somebody who asked",
        call=repr(asked[:1]), expected="at most 1 of 6",
    )  # fmt: skip
    expect(
        len(missed) <= 3,
        f"{len(missed)} of 6 requests score less than 1, so that nothing is done for them",
        call=repr(missed[:1]), expected="at most 3 of 6",
    )  # fmt: skip


@task("b", points=1)
def test_a_week_is_counted_by_hand(candidate):
    """Three hits, one false action, two missed ones and four explained rightly."""
    rows = [
        *some(3, 2.0, ACTION, "app"),
        *some(1, 1.5, INFORMATION, "form"),
        *some(2, 0.0, ACTION, "chat"),
        *some(4, 0.5, INFORMATION, "mail"),
    ]
    because = "app has 3 hits, form 1 false action, chat 2 missed ones, mail 4 tickets explained rightly; before the "
    because += "period nothing came. Of 4 answers that were actions 3 were right, of 5 actions 3 were found"
    right = report(
        all=(10, 3 / 4, 3 / 5, 6 / 9, 56, 40),
        app=(3, 1.0, 1.0, 1.0, 0, 24),
        chat=(2, None, 0.0, 0.0, 16, 16),
        form=(1, 0.0, None, 0.0, 40, 0),
        mail=(4, None, None, None, 0, 0),
    )
    expect_report(candidate.measure(table(rows), START, END, 1.0, **MONEY), right, because)


@task("b", points=1)
def test_a_score_at_the_threshold_is_an_action(candidate):
    """A ticket is answered as an action where its score is at least the threshold."""
    for threshold in (1.0, 3.0):
        rows = [
            *some(4, threshold, ACTION),
            *some(2, threshold, INFORMATION),
            *some(1, threshold + 1, ACTION),
            *some(3, threshold - 1, INFORMATION),
        ]
        because = f"six of ten tickets score exactly {threshold}, the threshold, and are answered as actions"
        entry = (10, 5 / 7, 1.0, 10 / 12, 80, 40)
        answer = candidate.measure(table(rows), START, END, threshold, **MONEY)
        expect_report(answer, report(all=entry, mail=entry), because)


@task("b", points=1)
def test_only_tickets_of_the_period_count(candidate):
    """The period begins with `start` and ends before `end`; what the rule did before it is no evidence."""
    rows = [
        *some(20, 2.0, ACTION, time=START - timedelta(days=9)),
        *some(30, 0.0, INFORMATION, time=START - timedelta(days=9)),
        (START, "mail", 2.0, ACTION),
        (START, "chat", 0.0, ACTION),
        *some(2, 2.0, INFORMATION, "form"),
        (END - HOUR / 3600, "app", 0.0, INFORMATION),
        (END, "app", 2.0, INFORMATION),
        *some(7, 2.0, ACTION, time=END),
    ]
    because = "50 tickets came before the period and all were answered rightly, 8 came at its end or later. In it are "
    because += "5, two of them at its first instant: 1 hit, 1 missed, 2 false actions and 1 explained rightly"
    right = report(
        all=(5, 1 / 3, 1 / 2, 2 / 5, 88, 16),
        app=(1, None, None, None, 0, 0),
        chat=(1, None, 0.0, 0.0, 8, 8),
        form=(2, 0.0, None, 0.0, 80, 0),
        mail=(1, 1.0, 1.0, 1.0, 0, 8),
    )
    expect_report(candidate.measure(table(rows), START, END, 1.0, **MONEY), right, because)


@task("c", points=1)
def test_a_rule_that_saves_a_fifth_is_launched(candidate):
    """Where all tickets cost at most 0.8 of the baseline and no channel more than its own, the rule is launched."""
    plan = {"all": entry(640, 800), "app": entry(240, 400), "mail": entry(400, 400)}
    because = "the rule costs 640, which is 0.8 of 800, and in mail just as much as its baseline"
    expect_decision(candidate.decide(plan), (True, None), because)
    dear = {"all": entry(680, 800), "app": entry(300, 400), "mail": entry(380, 400)}
    because = "the rule costs 680, which is 0.85 of 800: a fifth has to be saved over all"
    expect_decision(candidate.decide(dear), (False, "all"), because)


@task("c", points=1)
def test_a_channel_that_loses_money_stops_it(candidate):
    """A saving over all does not pay for a channel that costs more than its baseline."""
    plan = {
        "all": entry(840, 1600, tickets=400),
        "app": entry(80, 400, f1=0.95),
        "chat": entry(560, 400, f1=0.9),
        "form": entry(80, 400, f1=0.6),
        "mail": entry(120, 400, f1=0.9),
    }
    because = "over all the rule costs 840 in place of 1600, and in the chat 560 in place of 400"
    expect_decision(candidate.decide(plan), (False, "chat"), because)
