# Hands in a link to the examiner's own memory, which is a plain file that cannot be read from its start.


def build_submission(folder, exercise):
    (folder / exercise.module_file).symlink_to("/proc/self/mem")
