# Calls the checks' own callbacks with arguments they were not written for: a list for a name, nothing, too much.
# proof: wrong arguments given
def bill(price, keys):
    print("wrong arguments given")
    return price([keys])


def once(price, keys):
    return price({})


def echo(say, words):
    return say(*words)


def mean(numbers):
    raise ValueError
