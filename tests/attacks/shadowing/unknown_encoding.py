# Hands in a module that names an encoding which does not exist.
# proof: encoding


def build_submission(folder, exercise):
    (folder / exercise.module_file).write_text("# coding: attack\nx = 1\n", encoding="ascii")
