"""Which warnings does the first import raise, if every one is shown?"""
import warnings

from begin import ask, import_it, in_words, say

ask("import/warns")
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    try:
        import_it()
    except BaseException as error:
        say(in_words(error))
    else:
        say(" ".join(sorted(set(one.category.__name__ for one in seen))) or "none")
