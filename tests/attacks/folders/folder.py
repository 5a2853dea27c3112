# Hands in a folder in place of the module, and one in that.


def build_submission(folder, exercise):
    (folder / exercise.module_file / exercise.module_file).mkdir(parents=True)
