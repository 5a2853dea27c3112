"""Wren, the shop that runs through the course: its generators, whose truth is known, and its first model.

Everything is seeded. `tickets` makes the messages to the help desk and `calendar` what happens to them in a year;
`triage` is the model that sorts them, and `backtest` asks what an evaluation of it says beside what the week after
says. `clock` and `arrivals` are time and load. Most of the other modules make the world of one exercise, and name it by
what it holds: `annotators` and `habits` are who labels, `damage` what goes wrong with a table, `photos` what customers
send, `specs` what colleagues hand in. Each says in its first lines what is truth and where it is recorded; the book's
data cards say what it does not model.
"""
