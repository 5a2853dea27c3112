# Doctests, read as the manual of wren.text; the module has no test function at all.
"""The manual of wren/text.py, and its tests.

>>> from wren.text import Features, tokens

A text becomes words in small letters, in its order.

>>> tokens("Where is my e-mail? I don't see MY e-mail!")
['where', 'is', 'my', 'e-mail', 'i', "don't", 'see', 'my', 'e-mail']
>>> tokens("don\u2019t")
["don't"]
>>> tokens("")
[]
>>> tokens(None)
Traceback (most recent call last):
TypeError: ...

Accents stay, in one character or in two.

>>> tokens("Gr\u00fc\u00dfe") == tokens("Gru\u0308\u00dfe") == ["gr\u00fc\u00dfe"]
True

Markup goes, and so does what is quoted.

>>> tokens("one<br>two &amp; three<p></p>")
['one', 'two', 'three']
>>> tokens('''one
... > two
... three > four''')
['one', 'three', 'four']

Order numbers are all alike.

>>> tokens("W-55555") == tokens("w-66666"), len(tokens("W-55555"))
(True, 1)
>>> tokens("W-555556")
['w-555556']

Words that stand in two texts or more become columns.

>>> features = Features(["the lamp", "the lamp", "the late one", "the blue blue moon", "late"])
>>> sorted(features.words)
['lamp', 'late', 'the']
>>> sorted(Features(["the lamp", "the late"], min_texts=1).words)
['lamp', 'late', 'the']

Each text has a row of its own, of length 1 or all zeros.

>>> texts = ["the lamp", "nothing known", "", "the late lamp"]
>>> rows = features.rows(texts)
>>> rows.dtype.name, rows.shape, features.rows([]).shape
('float32', (4, 3), (0, 3))
>>> [round(float((row**2).sum()), 4) for row in rows]
[1.0, 0.0, 0.0, 1.0]
>>> all((features.rows([text])[0] == row).all() for text, row in zip(texts, rows))
True
>>> bool((features.rows(["lamp, unheard of, THE"])[0] == rows[0]).all())
True
>>> features.rows("lamp")
Traceback (most recent call last):
TypeError: ...

Rare words are larger than frequent ones, repeated words than others.

>>> def number(word, text):
...     return float(features.rows([text])[0][list(features.words).index(word)])
>>> number("lamp", "the lamp") > number("the", "the lamp") > 0
True
>>> number("late", "lamp late late") > number("lamp", "lamp late late")
True
>>> number("late", "lamp late") == number("lamp", "lamp late")
True
"""
