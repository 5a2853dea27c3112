# Imports the examiner and the checks from where the candidate's own code lies, and judges itself.
# proof: could not import
# only: bubblewrap docker
def __getattr__(name):
    try:
        from autograder.course import Catalogue, find_course
        from autograder.examiner import list_checks

        exercise = next(iter(Catalogue(find_course())))
        print(list_checks(exercise), exercise.hidden_checks.read_text(encoding="utf-8"))
    except ImportError as error:
        print("could not import", error)
    raise AttributeError(name)
