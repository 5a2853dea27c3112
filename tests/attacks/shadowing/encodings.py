# Hands in a module in an encoding that hides code from whoever reads it as UTF-8.
# proof: hidden by the encoding


def build_submission(folder, exercise):
    text = "# coding: utf-7\n+AGQAZQBm- describe(numbers): +AHIAZQB0AHUAcgBu- print('hidden by the encoding')\n"
    (folder / exercise.module_file).write_text(text, encoding="ascii")
