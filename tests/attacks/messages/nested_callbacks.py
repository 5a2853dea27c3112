# Gives the examiner callbacks and handles of its own where data is asked for, and calls what comes back.
# proof: callbacks nested
def echo(say, words):
    print("callbacks nested")

    def call_me(*args, **kwargs):
        return say(call_me)

    answer = say(call_me)
    for _ in range(200):
        answer = say(answer)
    return [call_me, answer]


def bill(price, keys):
    return price(print)


def describe(numbers):
    return print, describe, globals
