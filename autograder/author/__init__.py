"""For those who write exercises: starting one, generating what learners open, running the whole matrix."""
