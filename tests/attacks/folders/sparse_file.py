# Hands in a module that says it has a terabyte.
import os


def build_submission(folder, exercise):
    (folder / exercise.module_file).touch()
    os.truncate(folder / exercise.module_file, 2**40)
