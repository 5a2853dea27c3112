"""What you are not given."""

from support import EPOCH, Kill, Night, Training

from autograder.examiner import task


@task("a", points=2)
def test_it_goes_on_at_every_edge(candidate, harness, rival, rng):
    """Killed before the first checkpoint, twice at one step, around the end of an epoch and at the last step."""
    night = Night.draw(rng, rival)
    edges = [night.every - 1, night.every, night.every, EPOCH - 1, EPOCH + 1, night.steps - 1]
    Training(candidate, harness, rival, night).through([Kill(step) for step in edges]).expect_same_weights()


@task("b", points=2)
def test_a_kill_between_two_changes_of_the_folder_costs_one_checkpoint(candidate, harness, rival, rng):
    """Killed between any two changes of the folder, it goes on from this checkpoint or the one before."""
    night = Night.draw(rng, rival)
    kills = [Kill(6 + int(rng.integers(0, 4)), "change", number) for number in (2, 3, 4)]
    Training(candidate, harness, rival, night).through(kills).expect_same_weights()


@task("c", points=2)
def test_twelve_kills_leave_no_trace(candidate, harness, rival, rng):
    """Killed twelve times in one night, in all these ways, it ends in the same weights on the same small disk."""
    night = Night.draw(rng, rival)
    shares = [0.0, 0.003, *rng.uniform(0.1, 0.9, size=2), 0.97]
    ways = [("now", 0)] * 4 + [("byte", float(share)) for share in shares] + [("change", n) for n in (1, 2, 3)]
    steps = sorted(rng.integers(night.every + 1, night.steps - 4 * night.every, size=len(ways)).tolist())
    kills = [Kill(step, *ways[way]) for step, way in zip(steps, rng.permutation(len(ways)), strict=True)]
    training = Training(candidate, harness, rival, night)
    checkpoint = training.checkpoint_bytes()
    training.through(kills).expect_same_weights()
    training.expect_small(checkpoint)
