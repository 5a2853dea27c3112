# Hands in a module in UTF-16, which is full of NULs, as editors on Windows once wrote.
# proof: no text


def build_submission(folder, exercise):
    (folder / exercise.module_file).write_text("def describe(numbers):\n    return 1\n", encoding="utf-16")
