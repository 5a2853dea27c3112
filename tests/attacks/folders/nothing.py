# Hands in a folder that holds everything but the module.


def build_submission(folder, exercise):
    (folder / exercise.module_file.upper()).write_text("x = 1\n", encoding="utf-8")
    (folder / f" {exercise.module_file}").write_text("x = 1\n", encoding="utf-8")
