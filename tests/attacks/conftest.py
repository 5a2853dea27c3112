"""The corpus is data: none of it is a test, the checks of the exercise it attacks least of all."""

import os

collect_ignore = [name for name in os.listdir(os.path.dirname(__file__)) if name != "test_attacks.py"]
