"""What the registries, the trainer and the predictor have to do, with names and models that the examiner draws."""

import json
from typing import Any

from support import Outside, expect_helpful, some_texts, train, word

from autograder.examiner import expect, expect_equal, expect_object, expect_raises, expect_type, task


@task("a", points=2)
def test_a_thing_comes_back_from_register_as_it_came(candidate, harness, rng):
    """A decorated class is still that class; a dictionary and "module:attribute" come back, too; names are in order."""
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    names, number = [word(rng) for _ in range(3)], int(rng.integers(10**9))
    decorated = harness.decorate(registry, names[0], lambda: number)
    expect(callable(decorated), "what was decorated is gone: `@registry.register(name)` has to give the class back",
           call=f"@registry.register({names[0]!r})", got=decorated, expected="the class")  # fmt: skip
    made = decorated()
    expect_object(made, "the decorated class makes no objects any more")
    expect_equal(made.answer(), number, because="an object of the decorated class answers as the class says")
    for name, thing in zip(names[1:], ({"rate": 0.5, "layers": [8, 4]}, "json.decoder:JSONDecoder"), strict=True):
        expect_equal(registry.register(name, thing), thing, because="`register` returns the thing as it came")
    expect_equal(registry.names(), sorted(names), because="names() lists what was registered, in order")


@task("a", points=2)
def test_a_name_that_is_taken_is_refused(candidate, harness, rng):
    """A second thing of one name raises a ValueError that says kind and name; another registry has names of its own."""
    kind, taken = word(rng), word(rng)
    registry = candidate.Registry(kind)
    expect_object(registry, "Registry(kind) has to make a registry")
    registry.register(taken, {"rate": 0.5})
    other = candidate.Registry("problem")
    expect_equal(other.names(), [], because=f"nothing was registered in this registry; {taken} is in another one")
    expect_equal(other.register(taken, {"rate": 0.5}), {"rate": 0.5}, because="a problem may have a model's name")
    forms = {
        f"registry.register({taken!r}, {{'rate': 0.1}})": lambda: registry.register(taken, {"rate": 0.1}),
        f"registry.register({taken!r}, 'json.decoder:JSONDecoder')": lambda: registry.register(
            taken, "json.decoder:JSONDecoder"
        ),
        f"@registry.register({taken!r})": lambda: harness.decorate(registry, taken, lambda: 0),
        f"registry.register({taken!r}, {{'rate': 0.5}})": lambda: registry.register(taken, {"rate": 0.5}),
    }
    for call, form in forms.items():
        raised = expect_raises("ValueError", form, because=f"{taken} is taken, and {call} put something there")
        missing = [each for each in (kind, taken) if each not in raised.message]
        expect(not missing, f"the message does not say {' and '.join(missing)}", call=call, got=raised.message[:200],
               expected=f"a text with {kind} and {taken}")  # fmt: skip
    expect_equal(registry.names(), [taken], because="one name was registered")


NO_NUMPY = b"""import os
os.write(2, b"somebody imported numpy")
os._exit(77)
"""

LISTING = """import json
import workbench

workbench.register_problem({problem!r}, "wren.problems:Category")
workbench.register_model({model!r}, "wren.backends:Logistic")
workbench.register_hparams({hparams!r}, {{"rate": 5.0}})
print(json.dumps([workbench.problems.names(), workbench.models.names(), workbench.hparams.names()]))
"""


@task("a", points=2)
def test_names_are_listed_on_a_machine_without_numpy(candidate, rng):
    """To import the core, register what others can import, and list the names imports none of what they need."""
    problem, model, hparams = (word(rng) for _ in range(3))
    probe = candidate.Registry("probe")
    expect_object(probe, "Registry(kind) has to make a registry")
    probe.register(problem, {})
    files = {
        "numpy.py": NO_NUMPY,
        "listing.py": LISTING.format(problem=problem, model=model, hparams=hparams).encode(),
    }
    done = candidate.run("listing.py", files=files, seconds=20)
    said = done.stderr.decode(errors="replace").strip()
    call = (
        'python listing.py: import workbench, register "wren.problems:Category" and "wren.backends:Logistic", names()'
    )
    expect(done.exit_code != 77, "NumPy was imported before anybody asked for a model", call=call, got="import numpy",
           expected="nothing of what a problem or a model needs")  # fmt: skip
    expect(done.exit_code == 0, "three names could not be registered and listed", call=call, got=said[-300:],
           expected="three names")  # fmt: skip
    try:
        listed = json.loads(done.stdout.decode(errors="replace"))
    except ValueError:
        listed = done.stdout[:200]
    expect_equal(listed, [[problem], [model], [hparams]], because="the core knows no names but those that were "
                 "registered with it, one of each kind")  # fmt: skip


@task("b", points=2)
def test_an_unknown_name_is_answered_with_those_there_are(candidate):
    """A LookupError says the name, all names, and the nearest one if there is one."""
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    known = ["bayes", "bayes_base", "forest", "logistic"]
    for name in known:
        registry.register(name, {"rate": 0.5})
    for name, near in (("logistc", "logistic"), ("bayes_bas", "bayes_base"), ("Forest", "forest"), ("umbrella", None)):
        call = f"registry.get({name!r})"
        raised = expect_raises("LookupError", lambda name=name: registry.get(name), because=f"there is no {name}")
        expect_helpful(raised, name, known, near, call)


@task("b", points=2)
def test_a_module_is_imported_when_its_name_is_asked_for(candidate, harness, rng):
    """ "module:attribute" is imported by `get`, and not before; what `get` gives is what is there."""
    package, name, number = word(rng), word(rng), int(rng.integers(10**9))
    module, served = f"{package}.models", []
    source = f"class Forest:\n    def answer(self):\n        return {number}\n"

    def serve(asked: Any) -> str:
        served.append(str(asked))
        return source if asked == module else ""

    harness.shelve([package, module], serve)
    registry = candidate.Registry("model")
    expect_object(registry, "Registry(kind) has to make a registry")
    registry.register(name, f"{module}:Forest")
    expect_equal(registry.names(), [name], because="one name was registered")
    call = f"registry.register({name!r}, '{module}:Forest'), then names()"
    expect(not served, f"{package} was imported, and nobody has asked for {name} yet", call=call, got=served,
           expected="no import")  # fmt: skip
    forest = registry.get(name)
    expect(callable(forest), f"the thing under {name} is the class Forest of {module}", got=forest, expected="a class")
    expect(served == [package, module], f"get({name!r}) has to import {module}, once", got=served,
           expected=[package, module])  # fmt: skip
    made = forest()
    expect_object(made, "the class makes no objects")
    expect_equal(made.answer(), number, because="an object of the class Forest answers as the class says")


@task("b", points=2)
def test_a_set_that_is_derived_leaves_its_parent_alone(candidate, harness, rng):
    """What `get` gives of a dictionary is the caller's own, at any depth."""
    registry = candidate.Registry("set of hyperparameters")
    expect_object(registry, "Registry(kind) has to make a registry")
    base, derived = word(rng), word(rng)
    parent = {"rate": 0.5, "leave_out": ["how", "what"], "search": {"depths": [2, 4]}}
    registry.register(base, parent)
    for path, new in ((["rate"], 0.1), (["leave_out", 0], "please"), (["search", "depths", 1], 16)):
        harness.get_and_change(registry, base, path, new)
        where = "".join(f"[{key!r}]" for key in path)
        expect_equal(registry.get(base), parent, because=f"somebody asked for {base} and set {where} to {new!r} in "
                     f"what they were given; whoever asks for {base} now gets that too")  # fmt: skip
    registry.register(derived, {**parent, "rate": 0.1})
    harness.get_and_change(registry, derived, ["leave_out", 1], "thanks")
    expect_equal(registry.get(base), parent, because=f"{derived} was changed, and {base} with it")


@task("c", points=2)
def test_a_problem_and_a_model_from_outside_are_trained(candidate, harness, rng):
    """Names that the core has never heard of: the model is made with the set and the changes, fitted, and asked."""
    outside = Outside(rng)
    harness.plug_in(outside.problem, outside.model, outside)
    settings = {"rate": float(rng.random()), "leave_out": [word(rng)], "depth": 3}
    candidate.register_hparams(outside.set, settings)
    predictor = train(candidate, outside.problem, outside.model, outside.set, {"depth": 7})
    expect_object(predictor, "train() has to return a Predictor")
    outside.expect_trained([{**settings, "depth": 7}])
    texts = some_texts(rng, 30)
    number = outside.fits[0][0]
    expect_equal(predictor.predict(texts), [outside.answer(number, text) for text in texts],
                 because="predict(texts) gives what the model says to each text")  # fmt: skip
    got = predictor.accuracy()
    expect_type(got, float)
    expect_equal(got, outside.accuracy(number), because="accuracy() is the share of the right answers of test()")


@task("c", points=2)
def test_a_misspelt_name_is_found_before_the_data_is_loaded(candidate, harness, rng):
    """A problem, a model, a set or a change that is not there raises a LookupError, and no problem was made for it."""
    outside = Outside(rng)
    harness.plug_in(outside.problem, outside.model, outside)
    settings = {"rate": 0.5, "smoothing": 1.0, "depth": 3}
    candidate.register_hparams(outside.set, settings)
    right = [outside.problem, outside.model, outside.set]
    for place, what in enumerate(("problem", "model", "set")):
        names = [f"{name}x" if place == at else name for at, name in enumerate(right)]
        call = f"Trainer({', '.join(map(repr, names))}).train()"
        because = f"there is no {what} {names[place]}"
        raised = expect_raises("LookupError", lambda names=names: train(candidate, *names), because=because)
        expect_helpful(raised, names[place], [right[place]], right[place], call)
    because = 'the set has no "smothing", and nothing said so: the model is trained without what was wanted'
    raised = expect_raises("LookupError", lambda: train(candidate, *right, {"smothing": 2.0}), because=because)
    expect_helpful(raised, "smothing", sorted(settings), "smoothing", 'Trainer(..., {"smothing": 2.0}).train()')
    expect(outside.problems == 0, "the problem was made, which may load data for an hour, and only then a name was "
           "found to be misspelt", got=f"{outside.problems} problems made", expected="none")  # fmt: skip
