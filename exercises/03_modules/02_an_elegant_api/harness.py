"""What runs beside your code: things from outside the core. All that they know they ask the examiner."""

import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import workbench

Ask = Callable[..., Any]


class Shelf(MetaPathFinder, Loader):
    """Modules whose text is with the examiner, who sees when one of them is imported."""

    def __init__(self, names: list[str], serve: Callable[[str], str]) -> None:
        self.names = names
        self.serve = serve

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where a module is to be found; None for those of others."""
        return ModuleSpec(name, self, is_package=name == self.names[0]) if name in self.names else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's text."""
        exec(self.serve(module.__name__), vars(module))


def shelve(names: list[str], serve: Callable[[str], str]) -> None:
    """From now on modules of these names can be imported; the first one is a package."""
    sys.meta_path.append(Shelf(names, serve))


# ---- registering, and what others do with what they hold


def decorate(registry: Any, name: str, ask: Ask) -> Any:
    """What `@registry.register(name)` leaves of a class."""

    @registry.register(name)
    class Decorated:
        def answer(self) -> Any:
            return ask()

    return Decorated


def change(value: Any, path: list[Any], new: Any) -> None:
    """Put something else where `path` leads in dictionaries and lists."""
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def register_and_change(registry: Any, name: str, value: dict[str, Any], path: list[Any], new: Any) -> None:
    """Register a dictionary, and go on using it."""
    registry.register(name, value)
    change(value, path, new)


def get_and_change(registry: Any, name: str, path: list[Any], new: Any) -> Any:
    """What `get` gives, with something else where `path` leads."""
    value = registry.get(name)
    change(value, path, new)
    return value


# ---- a problem and a model from outside


def plug_in(problem: str, model: str, ask: Ask) -> None:
    """Register a problem and a model. The examiner answers each call of them, and so it sees them."""

    class Problem:
        def __init__(self) -> None:
            ask("problem")

        def train(self) -> Any:
            return ask("train")

        def test(self) -> Any:
            return ask("test")

    class Model:
        def __init__(self, **settings: Any) -> None:
            self.number = ask("model", settings)
            spoil(settings)  # its settings are its own

        def fit(self, texts: list[str], answers: list[str]) -> None:
            ask("fit", self.number, texts, answers)

        def predict(self, texts: list[str]) -> Any:
            return ask("predict", self.number, texts)

    workbench.register_problem(problem, Problem)
    workbench.register_model(model, Model)


def spoil(settings: Any) -> None:
    """Change what lies in dictionaries and lists, at any depth."""
    places = settings if isinstance(settings, dict) else range(len(settings))
    for place in list(places):
        if isinstance(settings[place], dict | list):
            spoil(settings[place])
        else:
            settings[place] = "spoilt"


def register_function(name: str, settings: dict[str, Any]) -> None:
    """Register a set of hyperparameters as a function, which gives the same dictionary each time."""

    @workbench.register_hparams(name)
    def made() -> dict[str, Any]:
        return settings


def train_with(names: list[str], changes: dict[str, Any], times: int) -> Any:
    """The predictors of so many trainers that were all given the same `changes`."""
    return [workbench.Trainer(*names, changes).train() for _ in range(times)]
