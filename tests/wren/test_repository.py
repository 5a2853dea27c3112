"""The recorded faults are there: each proposal fails at the program that its truth names, and at no other before it."""

from pathlib import Path

import pytest

from wren.mainline import artefact_of, grown_files, main_files, old_files
from wren.programs import MINUTES, TOKEN
from wren.proposals import MAIN, SPELLING, proposals, truths
from wren.repository import Repository, make_repository
from wren.runner import BadPipeline, Run, Runner, check_steps, shell
from wren.tree import HOLDOUT, TRAIN, Model, tickets

ONE_BY_ONE = ("lint", "types", "test", "data", "smoke", "train", "fetch", "compare")
STEPS = [{"name": "folder", "run": "checkout && clean"}]
STEPS += [
    {"name": program, "run": program, "needs": [STEPS[0]["name"], *ONE_BY_ONE[:place]], "secrets": [TOKEN]}
    for place, program in enumerate(ONE_BY_ONE)
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return make_repository(tmp_path_factory.mktemp("repository"))


def right(model: Model, labelled: list[tuple[str, str]]) -> int:
    answers = model([text for text, _ in labelled])
    return sum(answer == label for answer, (_, label) in zip(answers, labelled, strict=True))


def no_worse(candidate: Model, champion: Model, labelled: list[tuple[str, str]]) -> bool:
    return right(candidate, labelled) >= right(champion, labelled)


def runner(**parts: object) -> Runner:
    return Runner(artefact_of(old_files()), no_worse, "a-token", **parts)  # type: ignore[arg-type]


def last_state(run: Run) -> tuple[str, str]:
    return [(name, state) for name, state in run.states.items() if state != "skipped"][-1]


@pytest.mark.parametrize("branch", sorted(truths()))
def test_the_program_that_finds_a_fault_is_the_one_that_is_recorded(repository: Repository, branch: str) -> None:
    truth = truths()[branch]
    expected = ("compare", "green") if truth.good else (truth.found_by, "red")
    assert last_state(runner().run(repository.files(branch), STEPS)) == expected


def test_git_holds_what_the_proposals_say(repository: Repository) -> None:
    assert repository.commits.keys() == truths().keys()
    assert repository.files(MAIN) == main_files()
    for branch, proposal in proposals().items():
        assert repository.files(branch) == {**main_files(), **proposal.changes}
        assert repository.commits[branch].title == proposal.title


def test_the_ids_are_the_same_everywhere(repository: Repository, tmp_path: Path) -> None:
    assert make_repository(tmp_path).commits == repository.commits


def test_train_and_holdout_do_not_overlap() -> None:
    files = main_files()
    ids = [{line.partition(",")[0] for line in files[path].splitlines()[1:]} for path in (TRAIN, HOLDOUT)]
    assert not ids[0] & ids[1]
    assert len(tickets(files[HOLDOUT])) == 200


def test_the_next_champion_is_better_than_main() -> None:
    assert Runner(artefact_of(grown_files()), no_worse, "").run(main_files(), STEPS[:7]).green
    later = Runner(artefact_of(grown_files()), no_worse, "a-token").run(main_files(), STEPS)
    assert last_state(later) == ("compare", "red")


def test_a_forgotten_file_is_found_in_a_clean_folder_only(repository: Repository) -> None:
    dirty = [{"name": "folder", "run": "checkout"}, *STEPS[1:]]
    for steps, green in ((dirty, True), (STEPS, False)):
        left = {"triage/spelling.py": SPELLING}
        assert runner(folder=left).run(repository.files("forgotten"), steps).green == green


def test_what_was_green_under_a_key_is_not_run_again() -> None:
    steps = [STEPS[0], {"name": "train", "run": "train", "reads": ["triage/*"], "writes": ["model.json"]}]
    machine = runner(key=lambda step, tree, tools: step["name"])
    first, second = (machine.run(main_files(), steps) for _ in range(2))
    assert (first.states["train"], first.minutes) == ("green", MINUTES["train"])
    assert (second.states["train"], second.minutes) == ("cached", 0)
    assert "model.json" in machine.folder


def test_what_was_red_is_run_again() -> None:
    steps = [{"name": "lint", "run": "lint", "reads": ["triage/*"]}]
    machine = runner(key=lambda step, tree, tools: "key", folder={"triage/a.py": "import os\n"})
    assert [machine.run({}, steps).states["lint"] for _ in range(2)] == ["red", "red"]


def test_only_a_step_that_asks_for_it_gets_the_token() -> None:
    steps = [{"name": "fetch", "run": "fetch"}]
    assert not runner().run(main_files(), steps).green
    assert runner().run(main_files(), [{**steps[0], "secrets": [TOKEN]}]).green


@pytest.mark.parametrize(
    ("line", "status", "ran"),
    [
        ("lint && test", 1, "lint"),
        ("types && test", 0, "types test"),
        ("lint || true", 0, "lint true"),
        ("types || true", 0, "types"),
        ("lint ; test", 0, "lint test"),
        ("test ; lint", 1, "test lint"),
        ("lint | tee", 0, "lint tee"),
        ("lint && test || true", 0, "lint true"),
        ("lint || types && test", 0, "lint types test"),
    ],
)
def test_a_line_has_the_status_that_it_has_in_a_shell(line: str, status: int, ran: str) -> None:
    done: list[str] = []

    def run(program: str) -> int:
        done.append(program)
        return int(program == "lint")

    assert (shell(line, run), " ".join(done)) == (status, ran)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (None, "a list of 1 to"),
        ([], "a list of 1 to"),
        ([{"name": "lint"}], "name and run"),
        ([{"name": "lint", "run": "lint", "when": "always"}], "name and run"),
        ([{"name": "lint", "run": "rm"}], "none of the programs"),
        ([{"name": "lint", "run": "lint &"}], "none of the operators"),
        ([{"name": "lint", "run": "lint &&"}], "no program"),
        ([{"name": "lint", "run": "lint '"}], "no line for a shell"),
        ([{"name": "lint", "run": 3}], "are texts"),
        ([{"name": "lint", "run": "lint", "reads": "*"}], "a list of at most"),
        ([{"name": "lint", "run": "lint", "needs": ["lint"]}], "no step before it"),
        ([{"name": "lint", "run": "lint"}] * 2, "two steps"),
        ([{"name": "lint", "run": "lint", "secrets": ["HOME"]}], "the only secret"),
        ([{"name": f"{n}", "run": "lint && lint"} for n in range(40)], "is the most"),
    ],
)
def test_what_are_no_steps_is_refused_in_words(steps: object, words: str) -> None:
    with pytest.raises(BadPipeline, match=words):
        check_steps(steps)
