# Strings become entry points of the standard library, sets are kept as JSON; checked in one pass before anything is made.
"""One trainer and one predictor for whatever is registered. Run me: python workbench.py

The core knows no problem and no model by name: others register theirs, from files that the core has never heard of.

A *problem* is a class or function. Called without arguments it gives an object with
    train()                 texts and their right answers, two lists of one length
    test()                  the same, of later texts

A *model* is a class or function. Called with hyperparameters by keyword it gives an object with
    fit(texts, answers)     learn
    predict(texts)          an answer for each text

A *set of hyperparameters* is a dictionary, or a function that is called without arguments and gives one. Its values
are plain data: numbers, strings, lists and dictionaries, at any depth.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint
from typing import Any


class NotThere(LookupError):
    """A name that nobody has registered."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        lines = [f"no {what} is called {name!r}. There are:", *(f"  {each}" for each in sorted(known))]
        lines += [f"Did you mean {near!r}?" for near in get_close_matches(name, list(known), 1)]
        super().__init__("\n".join(lines))


class Registry:
    """Things under names. `kind` says in messages what they are: "model"."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.entries: dict[str, tuple[str, Any]] = {}

    def register(self, name: str, thing: Any = None) -> Any:
        """Task a. Put a thing under a name, in one of three forms, and return it as it came.

        @registry.register("bayes")                         before a class or a function: a decorator
        registry.register("slow", {"rate": 0.1})            with a class, a function or a dictionary
        registry.register("forest", "shop.forest:Forest")   with a string: the module, and what the thing is called in
                                                            it, of which nothing is imported now

        A name that is taken raises a ValueError that says the kind and the name, and what was there stays, even where
        both are the same. What becomes of a dictionary after it was registered makes no difference to the registry.
        """

        def add(thing: Any) -> Any:
            if name in self.entries:
                raise ValueError(f"{self.kind} {name} is registered already")
            if isinstance(thing, str):
                self.entries[name] = "entry point", EntryPoint(name, thing, self.kind)
            elif isinstance(thing, dict):
                self.entries[name] = "data", json.dumps(thing)
            else:
                self.entries[name] = "object", thing
            return thing

        return add if thing is None else add(thing)

    def get(self, name: str) -> Any:
        """Task b. The thing under that name; of a dictionary a copy that nobody else holds, at any depth.

        What was registered as "module:attribute" is imported now, if it has not been yet. Whatever goes wrong in that
        module is raised as it is.

        A name that was never registered raises a LookupError. Its text says the name, all names that there are, and
        "did you mean bayes?" when one of them is near: one that `difflib.get_close_matches` finds, the nearest.
        """
        try:
            form, kept = self.entries[name]
        except KeyError:
            raise NotThere(self.kind, name, self.entries) from None
        if form == "data":
            return json.loads(kept)
        found = kept.load() if form == "entry point" else kept
        return json.loads(json.dumps(found)) if isinstance(found, dict) else found

    def names(self) -> list[str]:
        """All names, in order. Nothing is imported for that."""
        return sorted(self.entries)


problems = Registry("problem")
models = Registry("model")
hparams = Registry("set of hyperparameters")

register_problem = problems.register
register_model = models.register
register_hparams = hparams.register


class Trainer:
    """One model for one problem, both by name, with a set of hyperparameters in which some are changed."""

    def __init__(self, problem: str, model: str, hparams: str, changes: Mapping[str, Any] | None = None) -> None:
        self.problem = problem
        self.model = model
        self.hparams = hparams
        self.changes = dict(changes or {})

    def train(self) -> "Predictor":
        """Task c. Make the problem and a new model, fit the model to what is for training, return both as a Predictor.

        Each call is on its own. The hyperparameters that the model is given are in nobody else's hands: no trainer's,
        no registry's, nor those of whoever wrote `changes`. And the predictors of earlier calls answer as they did.

        A problem may take an hour to load. So the three names and those in `changes` are looked up before it is made:
        one that is not there raises a LookupError as `Registry.get` does, for the set's own hyperparameters as well.
        """
        wanted: list[tuple[Registry, str]] = [(problems, self.problem), (models, self.model), (hparams, self.hparams)]
        make_problem, make_model, settings = (registry.get(name) for registry, name in wanted)
        settings = settings() if isinstance(settings, Callable) else settings
        for key in sorted(self.changes.keys() - settings.keys()):
            raise NotThere("hyperparameter", key, settings)
        problem = make_problem()
        texts, answers = problem.train()
        model = make_model(**json.loads(json.dumps({**settings, **self.changes})))
        model.fit(texts, answers)
        return Predictor(problem, model)


class Predictor:
    """A model that has been trained, and the problem that it was trained for."""

    def __init__(self, problem: Any, model: Any) -> None:
        self.problem = problem
        self.model = model

    def predict(self, texts: list[str]) -> list[str]:
        """An answer for each text."""
        return list(self.model.predict(texts))

    def accuracy(self) -> float:
        """The share of the problem's later texts that are answered rightly."""
        texts, answers = self.problem.test()
        said = self.predict(texts)
        return sum(a == b for a, b in zip(said, answers, strict=True)) / len(answers)


def main() -> None:
    """Register what Wren has, and train every model on every problem."""
    register_problem("category", "wren.problems:Category")
    register_problem("follow_up", "wren.problems:FollowUp")
    register_problem("channel", "wren.problems:Channel")
    register_model("bayes", "wren.backends:NaiveBayes")
    register_model("logistic", "wren.backends:Logistic")
    register_hparams("bayes", {"smoothing": 0.5, "leave_out": []})
    register_hparams("logistic", {"rate": 5.0, "rounds": 100, "decay": 1e-4, "min_texts": 2})
    for problem in problems.names():
        for model in models.names():
            print(f"{problem:10} {model:10} {Trainer(problem, model, model).train().accuracy():.0%}")


if __name__ == "__main__":
    main()
