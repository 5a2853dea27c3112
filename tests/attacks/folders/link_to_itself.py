# Hands in links that lead to each other, and to nothing.


def build_submission(folder, exercise):
    (folder / exercise.module_file).symlink_to("other.py")
    (folder / "other.py").symlink_to(exercise.module_file)
