# Hands in a module whose source alone exhausts the parser: a million brackets, and a power that is computed early.
# proof: SyntaxError|MemoryError|RecursionError|signal|no answer within


def build_submission(folder, exercise):
    text = "x = " + "(" * 150 + "1" + ")" * 150 + "\n" + "y = " + "-" * 500_000 + "1\n" + "z = " + "[" * 300_000
    (folder / exercise.module_file).write_text(text, encoding="ascii")
