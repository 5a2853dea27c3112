"""What a configuration, a run's name and a worker's part have to be, on examples that can be read by hand."""

from support import KITCHEN, configuration, expect_config, expect_named, expect_same_bytes, opened, refused

from autograder.examiner import expect, expect_equal, expect_type, task

OVEN = {"rate": 0.5, "passes": 3}
SMALL = {"model": OVEN, "name": "first"}


@task("a", points=1)
def test_later_layers_win_and_defaults_fill_the_rest(candidate):
    """Each value comes from the last layer that sets it; what no layer sets is the schema's default."""
    layers = [
        ("base.json", {"model": {"rate": 0.25, "passes": 5}}),
        ("night.json", {"model": {"rate": 0.125}}),
    ]
    call = "resolve([base.json, night.json], schema)"
    expected = {"model": {"rate": 0.125, "passes": 5}, "name": "first"}
    expect_config(call, candidate.resolve(layers, SMALL), expected, "night.json comes last and sets the rate only")
    expect_config("resolve([], schema)", candidate.resolve([], SMALL), SMALL, "without a layer there are the defaults")


@task("a", points=2)
def test_an_unknown_key_is_an_error_that_says_what_was_meant(candidate):
    """A key that the schema does not have is a ConfigError with the layer, the path, and the nearest known path."""
    cases = (
        ({"oven": {"degreees": 200.0}}, "oven.degreees", "oven.degrees"),
        ({"guest": 5}, "guest", "guests"),
        ({"spices": {"cumin": {"gramms": 2.0}}}, "spices.cumin.gramms", "spices.cumin.grams"),
        ({"minutes": 30}, "minutes", "oven.minutes"),
        ({"oven": {"rack": {"hight": 1}}}, "oven.rack.hight", "oven.rack.height"),
        ({"spice": {}}, "spice", "spices"),
    )
    for layer, path, meant in cases:
        call = f'resolve([("night.json", {layer})], schema)'
        because = f"the schema has no {path}"
        layers = [("base.json", {"guests": 2}), ("night.json", layer)]
        raised = refused(call, lambda layers=layers: candidate.resolve(layers, KITCHEN), "night.json", path, because)
        expect_named(raised, meant, f"{because}, and the error has to name the nearest path of the whole schema", call)


@task("a", points=1)
def test_a_default_left_out_is_the_default_written_down(candidate):
    """A layer that writes defaults down changes nothing; 1 where a float belongs is 1.0."""
    empty = candidate.resolve([], KITCHEN)
    written = [("all.json", {"oven": {"degrees": 180, "fan": True}, "leave": ["nuts", "salt"], "guests": 4})]
    because = "all.json writes down defaults, 180.0 as 180"
    expected = {key: value for key, value in KITCHEN.items() if key != "spices"}
    expected["spices"] = {"pepper": KITCHEN["spices"]["pepper"]}
    expect_config("resolve([], schema)", empty, expected, "without a layer there are the defaults")
    expect_config("resolve([all.json], schema)", candidate.resolve(written, KITCHEN), expected, because)


@task("b", points=1)
def test_the_order_of_keys_makes_no_other_run(candidate):
    """The name is 16 to 64 characters of a-z and 0-9, whatever the order of keys, in sections too."""
    one = candidate.run_id({"model": {"rate": 0.5, "passes": 3}, "name": "first"})
    expect_type(one, str, because="run_id(config) has to return a str")
    fine = 16 <= len(one) <= 64 and all(c in "abcdefghijklmnopqrstuvwxyz0123456789" for c in one)
    expect(fine, "a run's name has 16 to 64 characters, each from a-z or 0-9", call="run_id(config)", got=one)
    other = candidate.run_id({"name": "first", "model": {"passes": 3, "rate": 0.5}})
    expect_equal(other, one, because="the two configurations differ in the order of their keys only")


@task("b", points=1)
def test_each_changed_value_is_another_run(candidate):
    """Whatever value of a configuration is changed, at any depth, the run has another name."""
    base = configuration(3)
    names = {"nothing": candidate.run_id(base)}
    expect_type(names["nothing"], str, because="run_id(config) has to return a str")
    changes = {
        "data.days": {"data": base["data"] | {"days": 11}},
        "words.drop": {"words": base["words"] | {"drop": ["w", "thy"]}},
        "features.question.pattern": {
            "features": base["features"] | {"question": base["features"]["question"] | {"pattern": "\\?+"}}
        },
        "the name of a feature": {"features": {"always": {}, "questions": base["features"]["question"]}},
        "model.rate": {"model": base["model"] | {"rate": 0.1 + 1e-12}},
        "seed": {"seed": 1},
    }
    for what, section in changes.items():
        name = candidate.run_id(base | section)
        expect_type(name, str, because="run_id(config) has to return a str")
        same = next((other for other, had in names.items() if had == name), None)
        expect(same is None, f"a change of {what} has to be another run", call="run_id(config)", got=name,
               expected=f"another name than after a change of {same}")  # fmt: skip
        names[what] = name


@task("c", points=1)
def test_a_part_says_how_it_was_made(candidate):
    """A part is JSON that holds its run, configuration, worker, seed, and a weight for each column."""
    for most, drop in ((0, []), (1, ["w", "the"])):
        config = configuration(3, words={"most": most, "drop": drop})
        part = opened(candidate.train(config, 1), config, 1)
        expect_equal(
            part["run"], candidate.run_id(config), because='"run" of a part is the run_id of its configuration'
        )
        features = {name for name in part["weights"] if "." in name}
        expect_equal(sorted(features), ["features.always", "features.question"], because="two features are on")
        expect_equal(len(part["weights"]), 2 + most, because=f"there are two features, and {most} words are asked for")


# With 80 words, another order of the columns gave other last digits in each of 400 seeds, with 40 in 399; two workers.
@task("c", points=2)
def test_another_process_makes_the_same_bytes(candidate, seed):
    """The same configuration and worker give the same bytes, in this process and in the next."""
    config = configuration(seed % 1000, words={"most": 80, "drop": []})
    today = [candidate.train(config, worker) for worker in (0, 1)]
    expect_same_bytes(today[0], candidate.train(config, 0), "one part was made twice in one process")
    candidate.restart()
    for worker, part in enumerate(today):
        expect_same_bytes(part, candidate.train(config, worker), "one part was made in two processes")


@task("c", points=1)
def test_no_two_workers_are_seeded_alike(candidate, seed):
    """The workers of a run have different seeds, and learn from different draws."""
    config = configuration(seed % 1000, words={"most": 5, "drop": []})
    parts = [opened(candidate.train(config, worker), config, worker) for worker in range(16)]
    seeds = [part["seed"] for part in parts]
    for worker, drawn in enumerate(seeds):
        first = seeds.index(drawn)
        expect(first == worker, f"workers {first} and {worker} have one seed: they do the same work",
               call="train(config, worker)", got=drawn, expected="a seed for each worker")  # fmt: skip
    learned = [sorted(part["weights"].items()) for part in parts[:4]]
    expect(all(learned.count(weights) == 1 for weights in learned), "workers whose seeds differ have equal weights: is "
           "the seed in the part the one that fit was given?", call="train(config, worker)")  # fmt: skip
