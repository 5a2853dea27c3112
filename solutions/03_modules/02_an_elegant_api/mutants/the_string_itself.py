# must fail test_a_module_is_imported_when_its_name_is_asked_for with "the thing under"
# You give back "module:attribute" as it was registered. Whoever asks for a model wants the class.
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

import copy
import difflib
from collections.abc import Mapping
from typing import Any


def unknown(what: str, name: str, known: Mapping[str, Any]) -> LookupError:
    """What is raised where `name` is not among those that are `known`; `what` is "model" or the like."""
    near = difflib.get_close_matches(name, known, n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    return LookupError(f"there is no {what} {name!r}, only {', '.join(sorted(known)) or 'nothing'}{guess}")


class Registry:
    """Things under names. `kind` says in messages what they are: "model"."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.things: dict[str, Any] = {}

    def register(self, name: str, thing: Any = None) -> Any:
        """Task a. Put a thing under a name, in one of three forms, and return it as it came.

        @registry.register("bayes")                         before a class or a function: a decorator
        registry.register("slow", {"rate": 0.1})            with a class, a function or a dictionary
        registry.register("forest", "shop.forest:Forest")   with a string: the module, and what the thing is called in
                                                            it, of which nothing is imported now

        A name that is taken raises a ValueError that says the kind and the name, and what was there stays, even where
        both are the same. What becomes of a dictionary after it was registered makes no difference to the registry.
        """
        if thing is None:
            return lambda decorated: self.register(name, decorated)
        if name in self.things:
            raise ValueError(f"there is a {self.kind} {name!r} already: choose another name")
        self.things[name] = copy.deepcopy(thing)  # which leaves classes and functions as they are
        return thing

    def get(self, name: str) -> Any:
        """Task b. The thing under that name; of a dictionary a copy that nobody else holds, at any depth.

        What was registered as "module:attribute" is imported now, if it has not been yet. Whatever goes wrong in that
        module is raised as it is.

        A name that was never registered raises a LookupError. Its text says the name, all names that there are, and
        "did you mean bayes?" when one of them is near: one that `difflib.get_close_matches` finds, the nearest.
        """
        if name not in self.things:
            raise unknown(self.kind, name, self.things)
        thing = self.things[name]
        return copy.deepcopy(thing)

    def names(self) -> list[str]:
        """All names, in order. Nothing is imported for that."""
        return sorted(self.things)


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
        make_problem = problems.get(self.problem)
        make_model = models.get(self.model)
        settings = hparams.get(self.hparams)
        if callable(settings):
            settings = settings()
        for key in self.changes:
            if key not in settings:
                raise unknown("hyperparameter", key, settings)
        model = make_model(**copy.deepcopy({**settings, **self.changes}))
        problem = make_problem()
        model.fit(*problem.train())
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
