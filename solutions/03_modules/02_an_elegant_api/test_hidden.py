"""What the learner is not given: who else holds a thing, what goes wrong in a plug-in, and one in a fresh process."""

import json
from typing import Any

from support import (
    Lengths,
    Letters,
    Outside,
    backend_file,
    expect_helpful,
    plug_in_file,
    some_answers,
    some_texts,
    train,
    word,
)

from autograder.examiner import expect, expect_equal, expect_object, expect_raises, task


@task("a", points=1)
def test_what_was_there_first_stays(candidate, harness, rng):
    """After a name was refused, the first thing is still under it."""
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    name, first = word(rng), {"rate": float(rng.random())}
    registry.register(name, first)
    refused = {
        f"registry.register({name!r}, {{'rate': 2.0}})": lambda: registry.register(name, {"rate": 2.0}),
        f"@registry.register({name!r})": lambda: harness.decorate(registry, name, lambda: 0),
    }
    for call, form in refused.items():
        expect_raises("ValueError", form, because=f"{name} is taken, and {call} put something there")
        expect_equal(
            registry.get(name), first, because=f"{call} was refused, and yet it changed what is under the name"
        )


@task("a", points=2)
def test_a_dictionary_is_registered_as_it_was_then(candidate, harness, rng):
    """What becomes of a dictionary after it was registered makes no difference, at any depth."""
    registry = candidate.Registry("set of hyperparameters")
    expect_object(registry, "Registry(kind) has to make a registry")
    base = {"rate": 0.5, "leave_out": ["how", "what"], "search": {"depths": [2, 4]}}
    for path, new in ((["rate"], 0.1), (["leave_out", 0], "please"), (["search", "depths", 1], 16)):
        name = word(rng)
        harness.register_and_change(registry, name, base, path, new)
        where = "".join(f"[{key!r}]" for key in path)
        expect_equal(registry.get(name), base, because=f"after a dictionary was registered, {where} was set to {new!r} "
                     "in it by those who had made it, and the registry's has changed as well")  # fmt: skip


@task("b", points=2)
def test_what_goes_wrong_in_a_plug_in_is_said_as_it_is(candidate, harness, rng):
    """A module that cannot be imported, or breaks while it is, is no unknown name."""
    package, missing, key = word(rng), word(rng), word(rng)
    sources = {f"{package}.needs": f"import {missing}", f"{package}.breaks": f"settings = {{}}[{key!r}]"}
    harness.shelve([package, *sources], lambda asked: sources.get(str(asked), ""))
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    wrong = (
        ("needs", f"{package}.needs:Forest", "ImportError", missing),
        ("gone", f"{missing}:Forest", "ImportError", missing),
        ("breaks", f"{package}.breaks:Forest", "KeyError", key),
        ("lacks", f"{package}:Forest", "AttributeError", "Forest"),
    )
    for name, target, error, word_in_it in wrong:
        registry.register(name, target)
        because = f"{name!r} is {target!r}, which raises {error} because of {word_in_it}; that has to be seen"
        raised = expect_raises(error, lambda name=name: registry.get(name), because=because)
        plain = word_in_it in raised.message and "did you mean" not in raised.message.lower()
        expect(plain, because, call=f"registry.get({name!r})", got=f"{raised.type_name}: {raised.message[:200]}",
               expected=f"{error} as it was raised")  # fmt: skip


@task("b", points=1)
def test_a_dictionary_in_a_module_is_left_alone_too(candidate, harness, rng):
    """Of a dictionary that was registered as "module:attribute" each caller gets a copy."""
    package, name = word(rng), word(rng)
    base = {"rate": 0.5, "leave_out": ["how", "what"]}
    harness.shelve([package], lambda asked: f"BASE = {base!r}")
    registry = candidate.Registry("set of hyperparameters")
    expect_object(registry, "Registry(kind) has to make a registry")
    registry.register(name, f"{package}:BASE")
    harness.get_and_change(registry, name, ["leave_out", 0], "please")
    expect_equal(registry.get(name), base, because=f"somebody changed what get({name!r}) gave them, and the module's "
                 "BASE has changed with it")  # fmt: skip


@task("b", points=1)
def test_an_empty_registry_and_drawn_names_are_answered_too(candidate, rng):
    """A LookupError also where nothing is registered; the nearest of many names is said."""
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    raised = expect_raises("LookupError", lambda: registry.get("bayes"), because="nothing is registered")
    expect_helpful(raised, "bayes", [], None, "registry.get('bayes')")
    stem = word(rng)
    known = sorted([f"{stem}_small", f"{stem}_large", f"{stem}_medium", "zzz"])
    for name in known:
        registry.register(name, {"rate": 0.5})
    for near in known[:3]:
        cut = int(rng.integers(len(stem) + 2, len(near)))
        name = near[:cut] + near[cut + 1 :]
        raised = expect_raises("LookupError", lambda name=name: registry.get(name), because=f"there is no {name}")
        expect_helpful(raised, name, known, near, f"registry.get({name!r})")


@task("c", points=3)
def test_two_trainers_share_nothing(candidate, harness, rng):
    """A model that changes its hyperparameters, or is trained later, makes no difference to another one."""
    outside = Outside(rng)
    harness.plug_in(outside.problem, outside.model, outside)
    settings = {"rate": 0.5, "leave_out": ["how"], "search": {"depths": [2, 4]}}
    candidate.register_hparams(outside.set, settings)
    names, changes = [outside.problem, outside.model, outside.set], {"search": {"depths": [1]}}
    plain = candidate.Trainer(*names)
    expect_object(plain, "Trainer(problem, model, hparams) has to make a trainer")
    predictors = [plain.train(), *_listed(harness.train_with(names, changes, 2)), plain.train()]
    changed = {**settings, **changes}
    outside.expect_trained([settings, changed, changed, settings])
    texts = some_texts(rng, 30)
    for predictor, (number, _, _) in zip(predictors, outside.fits, strict=True):
        expect_object(predictor, "train() has to return a Predictor")
        expect_equal(predictor.predict(texts), [outside.answer(number, text) for text in texts],
                     because="a predictor answers with the model that its own call of train() fitted")  # fmt: skip


def _listed(answer: Any) -> list[Any]:
    expect(isinstance(answer, list) and len(answer) == 2, "two trainers give two predictors", got=answer)
    return list(answer)


@task("c", points=2)
def test_a_set_may_be_a_function(candidate, harness, rng):
    """A set that is a function is called, and what it gives is left as it is, if it gives the same each time."""
    outside = Outside(rng)
    harness.plug_in(outside.problem, outside.model, outside)
    settings = {"rate": 0.5, "leave_out": ["how"], "search": {"depths": [2, 4]}}
    harness.register_function(outside.set, settings)
    for changes in ({}, {"rate": 0.1}, {}):
        predictor = train(candidate, outside.problem, outside.model, outside.set, changes)
        expect_object(predictor, "train() has to return a Predictor")
    outside.expect_trained([settings, {**settings, "rate": 0.1}, settings])


RUNNER = """import json
import sys
import workbench
import {plug_in}

workbench.register_model("letters", "{backend}:Letters")
workbench.register_hparams("bent", {{"bend": 1.0}})
workbench.register_hparams("spelt", {{"vowel": 1}})
texts = json.load(sys.stdin)
for model, hparams, changes in json.loads({trainers!r}):
    predictor = workbench.Trainer({problem!r}, model, hparams, changes).train()
    print(json.dumps([predictor.predict(texts), predictor.accuracy()]))
"""


@task("c", points=2)
def test_files_from_outside_add_a_problem_and_two_models(candidate, harness, rng):
    """In a fresh process one file registers a problem and a model; a model of another file is trained on it, too."""
    outside = Outside(rng)
    harness.plug_in(outside.problem, outside.model, outside)
    candidate.register_hparams(outside.set, {})
    predictor = train(candidate, outside.problem, outside.model, outside.set)
    expect_object(predictor, "train() has to return a Predictor")
    plug_in, backend, problem, model = (word(rng) for _ in range(4))
    bend, vowel = float(rng.uniform(0.5, 2)), int(rng.integers(2, 9))
    known, later = ((some_texts(rng, count), some_answers(rng, count)) for count in (40, 25))
    texts = some_texts(rng, 50)
    trainers = json.dumps([[model, "bent", {"bend": bend}], ["letters", "spelt", {"vowel": vowel}]])
    runner = RUNNER.format(plug_in=plug_in, backend=backend, problem=problem, trainers=trainers)
    files = {
        f"{plug_in}.py": plug_in_file(problem, model, known, later).encode(),
        f"{backend}.py": backend_file().encode(),
        "runner.py": runner.encode(),
    }
    done = candidate.run("runner.py", stdin=json.dumps(texts).encode(), files=files, seconds=20)
    call = f"python runner.py: import {plug_in}, then Trainer({problem!r}, ...).train()"
    expect(done.exit_code == 0, "files that the core has never heard of do not run", call=call,
           got=done.stderr.decode(errors="replace").strip()[-300:], expected="two trained models")  # fmt: skip
    said = done.stdout.decode(errors="replace").splitlines()
    models = {model: Lengths(bend=bend), "letters": Letters(vowel=vowel)}
    expect(len(said) == 2, "two models give two lines", call=call, got=said, expected="two lines")
    for line, (name, here) in zip(said, models.items(), strict=True):
        here.fit(*known)
        right = sum(a == b for a, b in zip(here.predict(later[0]), later[1], strict=True)) / len(later[1])
        expected = json.dumps([here.predict(texts), right])
        expect(line == expected, f"{name} was trained on the problem of {plug_in}.py and asked: it says something else "
               "there than here", call=call, got=line[:200], expected=expected[:200])  # fmt: skip
