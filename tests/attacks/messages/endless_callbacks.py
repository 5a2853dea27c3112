# Answers no question: it calls the callback over and over on the main line until the time is up.
# proof: no answer within
def echo(say, words):
    while True:
        say(words)


def bill(price, keys):
    while True:
        price(keys[0])
