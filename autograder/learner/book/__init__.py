"""The book as `ninety start` serves it: its pages show the learner's work while they do it."""
