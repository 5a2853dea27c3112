# ruff: noqa: D102  (`wren.trainers.Trainer` says what each method promises)
"""Runs beside the learner's smoke tests: a trainer whose answers are the examiner's."""


class Trainer:
    """Asks the examiner for all that it is asked."""

    def __init__(self, ask, prior):
        self._ask = ask
        self.prior = prior

    def parameters(self):
        return self._ask("parameters")

    def predict(self, batch):
        return self._ask("predict", batch)

    def loss(self, batch, at=None):
        return self._ask("loss", batch, at)

    def gradient(self, batch):
        return self._ask("gradient", batch)

    def step(self, batch, times=1):
        return self._ask("step", batch, times)


def claims(part, ask, prior, batch):
    """What the learner's `part` says of the trainer behind `ask`."""
    import smoke

    return getattr(smoke, part)(Trainer(ask, prior), batch)
