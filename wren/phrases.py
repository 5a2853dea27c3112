"""What Wren's customers write: the sentences of each intent, with slots, and the words around them.

Slots: `{order}` an order number, `{product}` one of the five products, `{town}` a town. Where sentences differ by
position (even or odd) they belong to the old or the new way of writing; see `TicketMix.drift`.
"""

from dataclasses import dataclass

ACTION = "ACCOUNT_ACTION"
INFORMATION = "INFORMATION"
CATEGORIES = (ACTION, INFORMATION)


@dataclass(frozen=True)
class Intent:
    """What a customer wants, the category it truly belongs to, and ways to say it."""

    name: str
    category: str
    sentences: tuple[str, ...]


PRODUCTS = ("Lumo lamp", "Röst coffee grinder", "Tern backpack", "Nøre rain jacket", "Pico speaker")

TOWNS = ("Zürich", "Málaga", "Łódź", "Orléans", "Cork", "Graz", "Aarhus", "Gent", "Porto", "Tartu", "Győr", "Plzeň")

NAMES = ("Ana", "Björn", "Chloé", "Dmitri", "Elif", "Fionn", "Gül", "Håkon", "Inés", "João", "Katya", "Łukasz",
         "Mei", "Noor", "Oskar", "Priya", "Quim", "Renée", "Søren", "Tomáš", "Uma", "Véra", "Wim", "Zoë")  # fmt: skip

INTENTS = (
    Intent("cancel", ACTION, (
        "Please cancel my {product}, I ordered it by mistake.",
        "I no longer want the {product}. Take it off my order.",
        "Stop the parcel with the {product} before it leaves, we do not need it any more.",
        "I ordered two of the {product} and want only one, remove the other.",
        "The {product} is a double order, drop one of them.",
        "Call off the delivery of the {product}, I found one in {town}.",
    )),
    Intent("address", ACTION, (
        "I have moved to {town}, send the {product} there.",
        "The delivery address is wrong, it should be my office in {town}.",
        "Can the {product} go to my neighbour in {town} instead?",
        "Put the flat number on the label for {town}, I forgot it.",
        "My street in {town} is spelled wrong in my account, correct it.",
        "We are away, redirect the {product} to the shop in {town}.",
    )),
    Intent("refund", ACTION, (
        "The {product} arrived broken and I want my money back.",
        "I sent the {product} back from {town} and nothing was paid out to me yet.",
        "You charged me twice for the {product}, return one of the payments.",
        "The {product} stopped after two days. I would like it paid back to my card.",
        "Half of the {product} is missing, give me the difference.",
        "The {product} was cheaper the next day, pay me the difference please.",
    )),
    Intent("access", ACTION, (
        "I cannot log in any more, unlock my account.",
        "The link to set a new password never arrives in my inbox.",
        "Somebody else uses my login, please block it at once.",
        "My e-mail changed from the {town} office to a private one, put the new one in.",
        "The code you send goes to my old phone, switch it to this one.",
        "Open my account again, it was shut when I moved to {town}.",
    )),
    Intent("payment", ACTION, (
        "My card has expired, take the payment for the {product} from the new one.",
        "Change the {product} to payment by invoice.",
        "Use the voucher on the {product}, it was refused at the till.",
        "Put my company in {town} on the invoice, not my name.",
        "Charge the second card for the {product}, the first one is blocked.",
        "Split the payment for the {product} into three parts.",
    )),
    Intent("close", ACTION, (
        "Close my account and delete what you know about me.",
        "Take me off all your lists, I never asked for those letters.",
        "Merge my two accounts, the old one is from {town}.",
        "I want out of the club, end my membership this month.",
        "Remove my old card and my address in {town} from the account.",
        "No more newsletters please, and wipe my data.",
    )),
    Intent("where", INFORMATION, (
        "Where is my {product}? It was due in {town} last week.",
        "The tracking page has said the same for days, has the {product} left {town}?",
        "Which carrier brings the {product} to {town}?",
        "Is the {product} coming today or do I wait for another day?",
        "My parcel seems to be stuck in {town}, is that normal?",
        "When will the {product} be here?",
    )),
    Intent("returns", INFORMATION, (
        "How do I send the {product} back from {town}?",
        "Until what day can I return the {product}?",
        "Do I need the box of the {product} if I want my money back?",
        "Who pays when I return the {product} from {town}?",
        "Is there a place in {town} where I can hand in a return?",
        "How long does it take until a refund for the {product} is on my card?",
    )),
    Intent("stock", INFORMATION, (
        "Will the {product} be back in stock, and when?",
        "Does your shop in {town} have the {product}?",
        "Is there a bigger version of the {product}?",
        "What is the difference between the old and the new {product}?",
        "Do you sell parts for the {product}?",
        "Is the {product} on the photo the one I get?",
    )),
    Intent("use", INFORMATION, (
        "How do I clean the {product}?",
        "The {product} makes a noise when it is cold in {town}, is this normal?",
        "Which setting of the {product} is right for every day?",
        "Where do I find the manual of the {product}?",
        "Can the {product} get wet?",
        "How do I change the battery of the {product}?",
    )),
    Intent("terms", INFORMATION, (
        "How long is the warranty on the {product}?",
        "What does it cost to send the {product} to {town}?",
        "Can I pay by invoice when I order from {town}?",
        "Do you store my card after a payment?",
        "Can I still cancel when the {product} is packed already?",
        "Is a second delivery to {town} free of charge?",
    )),
    Intent("account_how", INFORMATION, (
        "Where in my account can I see what I paid for the {product}?",
        "What happens to my points if I close my account?",
        "How do I change my address for {town} by myself?",
        "Can two people use one account?",
        "Why do you need my phone number to log in?",
        "Which e-mail do you have for me, the one from {town}?",
    )),
)  # fmt: skip

WORD_ORDER = (
    ("Cancel {order} now, do not just tell me how.", "Do not cancel {order} now, just tell me how."),
    (
        "I did not ask when {order} arrives, I asked for a refund.",
        "I did not ask for a refund, I asked when {order} arrives.",
    ),
    (
        "No need to explain the return of {order}, please book it.",
        "No need to book the return of {order}, please explain it.",
    ),
    (
        "It is not a question about delivery, it is a new address for {order}.",
        "It is not a new address for {order}, it is a question about delivery.",
    ),
)
"""Pairs of the same words in another order: the first of a pair is an action, the second asks for information."""

REFERENCES = ("Order {order}.", "It is about {order}.", "My order number is {order}.", "({order})", "See {order}.")

CHATTER = (
    "I have been a customer for years.",
    "I could not find it on your page.",
    "I already tried it in the app, it did not work.",
    "My last return was no problem at all.",
    "The last refund took a week.",
    "My address has not changed.",
    "I paid by card.",
    "It is a present for my sister in {town}.",
    "I asked this in your shop in {town} too, nobody knew.",
    "My account is in my husband's name.",
    "The delivery before this one was fine.",
    "I would cancel it otherwise.",
    "I hope you can tell me more.",
    "I have the {product} as well and love it.",
    "My phone says the payment is done.",
    "Somebody wrote to me about a new password.",
    "I need to know today.",
    "This is the second time this happens with a {product}.",
)

GREETINGS = ("Hello,", "Hi,", "Hi there,", "Dear Wren team,", "Good morning,", "Good evening,", "Hey,", "")

CLOSINGS = (
    "Thanks, {name}",
    "Best regards, {name}",
    "Kind regards\n{name}",
    "Cheers, {name}",
    "{name}",
    "Thank you!",
    "",
)

REMINDERS = (
    "Any news about {order}?",
    "I have not heard from you about {order}.",
    "Writing again about {order}.",
    "Still waiting ({order}).",
    "Second message about {order}:",
    "Did you get my last message? {order}",
    "Nobody answered me, so once more about {order}.",
)

EMOJI = ("🙂", "🙏", "😡", "📦", "👍", "🤔", "😢", "🙄")
