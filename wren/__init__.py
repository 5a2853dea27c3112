"""Wren, the shop that runs through the course: its generators, whose truth is known, and its first model.

Everything is seeded. `tickets` makes the messages to the help desk, `triage` is the model that sorts them, and
`backtest` asks what an evaluation of it says beside what the week after says. `clock` and `arrivals` are time and
load; `scores` are what an overconfident model says.
"""
