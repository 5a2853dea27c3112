"""How far a learner is: what happened, what it adds up to, and what others can check of it."""
