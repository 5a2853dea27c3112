"""The engine behind the command `ninety`: it grades by asking, and never believes the code it asks."""

__version__ = "0.1.0"
