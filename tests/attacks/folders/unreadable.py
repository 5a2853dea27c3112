# Hands in a module that nobody may read, in a folder that nobody may write to.


def build_submission(folder, exercise):
    (folder / exercise.module_file).write_text("def describe(numbers):\n    return 1\n", encoding="utf-8")
    (folder / exercise.module_file).chmod(0)
