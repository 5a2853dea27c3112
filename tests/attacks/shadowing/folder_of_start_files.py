# Hands in a folder with a conftest.py, sitecustomize.py, .pth, harness.py and modules of the library's names in it.
# proof: only the module came
FILES = ("conftest.py", "sitecustomize.py", "usercustomize.py", "attack.pth", "harness.py", "json.py", "numpy.py",
         "test_hidden.py", "test_visible.py", "support.py", "exercise.toml", "pytest.ini", "autograder.py")  # fmt: skip


def build_submission(folder, exercise):
    for name in FILES:
        (folder / name).write_text("import os\nos._exit(0)\n", encoding="utf-8")
    for name in ("__pycache__", "numpy", "autograder"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("import os\nos._exit(0)\n", encoding="utf-8")
    text = "import os\n\n\ndef describe(numbers):\n    print('only the module came', sorted(os.listdir('.')))\n"
    (folder / exercise.module_file).write_text(text, encoding="utf-8")
