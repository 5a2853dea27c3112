# Has the examiner send back what it may receive but not send: text that is three times as long when it is escaped.
# proof: wide echo
import json

plain = json.dumps


def mean(numbers):
    print("wide echo")
    json.dumps = lambda *args, **options: plain(*args, **options | {"ensure_ascii": False})


def echo(say, words):
    return [say("é" * (5 * 2**20)) for word in words]
