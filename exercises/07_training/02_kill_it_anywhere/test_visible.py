"""What you are given. The examiner serves the batches, kills the process, and starts another in the same folder."""

from support import EPOCH, Kill, Night, Training

from autograder.examiner import task


@task("a", points=1)
def test_a_run_that_nobody_kills_is_as_it_was(candidate, harness, rival, rng):
    """With nobody to kill it, the training asks for the same batches and ends in the same weights as before."""
    Training(candidate, harness, rival, Night.draw(rng, rival)).through().expect_same_weights()


@task("a", points=1)
def test_no_batch_comes_twice_but_those_since_the_checkpoint(candidate, harness, rival, rng):
    """After a kill at most `every` + 1 batches are asked for twice, and then all those that remain, in their order."""
    step = EPOCH + int(rng.integers(11, 18))
    Training(candidate, harness, rival, Night.draw(rng, rival)).through([Kill(step)])


@task("a", points=2)
def test_the_weights_are_the_same_to_the_last_bit(candidate, harness, rival, rng):
    """After a kill the training ends in the weights of the run that nobody kills, to the last bit."""
    step = EPOCH + int(rng.integers(11, 18))
    Training(candidate, harness, rival, Night.draw(rng, rival)).through([Kill(step)]).expect_same_weights()


@task("b", points=2)
def test_a_kill_in_the_middle_of_a_write_costs_one_checkpoint(candidate, harness, rival, rng):
    """Killed in the middle of a write, it goes on from the checkpoint before."""
    step = EPOCH + int(rng.integers(6, 12))
    training = Training(candidate, harness, rival, Night.draw(rng, rival))
    training.through([Kill(step, "byte", 0.5)]).expect_same_weights()


@task("c", points=2)
def test_the_disk_holds_at_most_three_checkpoints(candidate, harness, rival, rng):
    """Kills in the middle of writes included, there are never more than three checkpoints' bytes on the disk."""
    training = Training(candidate, harness, rival, Night.draw(rng, rival))
    checkpoint = training.checkpoint_bytes()
    training.through([Kill(int(step), "byte", 0.97) for step in sorted(rng.integers(6, 40, size=3))])
    training.expect_small(checkpoint)
