"""Looks for what would stop a learner on this machine, and names the command that mends it.

`machine` gathers the facts and `advice` says what they mean, so that machines which are not here can be tested.
"""
