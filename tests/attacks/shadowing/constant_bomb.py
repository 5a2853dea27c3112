# Hands in a module whose constants would be folded to gigabytes while it is compiled.
# proof: MemoryError|no answer within|signal|IndexError|no place


def build_submission(folder, exercise):
    text = "def describe(numbers):\n    return 'x' * 10**9 + 'y' * 10**9\nx = ((((2 ** 10**7) ** 10) ** 10) ** 10)\n"
    (folder / exercise.module_file).write_text(text, encoding="ascii")
