"""What runs inside the sandbox, beside the learner's code: it does what it is asked and answers with values."""
