"""Texts as the recorder writes them: quoted, in one line, as JSON. By hand, because `json` would show in the cache."""

from ..shared.base import PYTHON_2, TEXT_TYPES, sys

# Code points that cannot be seen, that look like a blank, or by which tables say "not there" and "the same".
UNSEEN = [(0, 31), (127, 160), (173, 173), (183, 183), (0x200B, 0x200F), (0x2014, 0x2014), (0x2028, 0x202F),
          (0x2060, 0x206F), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF)]
SEEN = set(map(chr, range(32, 127)))
AS_IN_JSON = dict([(character, character) for character in SEEN if character not in '"\\'])
NARROW = sys.maxunicode < 0x10000       # some 2.7: a character beyond the first plane is a pair of surrogates


def split_characters(text):
    """The characters of a text, surrogate pairs as one."""
    if not NARROW:
        return text
    found = []
    for character in text:
        last = ord(found[-1]) if found and len(found[-1]) == 1 else 0
        if 0xD800 <= last < 0xDC00 <= ord(character) < 0xE000:
            found[-1] += character
        else:
            found.append(character)
    return found


def is_unseen(character):
    if character in SEEN or len(character) > 1:
        return False
    return bool([first for first, last in UNSEEN if first <= ord(character) <= last])


def is_number(text):
    return text[:1] in "+-.0123456789" and not text.strip("+-.0123456789eE_") and bool(text.strip("+-.eE_"))


def quote(text):
    """In quotes and with escapes as Python has them; what cannot be seen is escaped, too."""
    mark = '"' if "'" in text and '"' not in text else "'"
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", mark: "\\" + mark}
    parts = []
    for character in split_characters(text):
        if character not in known and is_unseen(character):
            known[character] = ("\\x%02x" if ord(character) < 256 else "\\u%04x") % ord(character)
        parts.append(known.get(character, character))
    return mark + "".join(parts) + mark


def decode_text(thing):
    """A text of either kind that 2.7 has; None for bytes that are none."""
    if PYTHON_2 and type(thing) is str:
        try:
            return unicode(thing, "utf-8")  # not its method, which asks `encodings`
        except UnicodeDecodeError:
            return None
    return thing


def strip_python_2_marks(text):
    """A repr without the marks that only 2.7 puts at texts and integers."""
    parts, mark, index = [], None, 0
    while PYTHON_2 and index < len(text):
        character, before = text[index], text[index - 1:index]
        if mark:
            if character == "\\":
                character = text[index:index + 2]
            elif character == mark:
                mark = None
        elif character in "'\"":
            mark = character
        elif (character == "u" and text[index + 1:index + 2] in ("'", '"') and not before.isalnum()
              or character == "L" and before.isdigit()):
            index += 1
            continue
        parts.append(character)
        index += len(character)
    return "".join(parts) if parts and not mark else text


def render_value(value):
    """What `Notation.normalize` gave, in one line; the Display of FactValue in Rust does the same."""
    if value is True or value is False or type(value) is float:
        return repr(value)
    if type(value) is list:
        return "[%s]" % ", ".join(map(render_value, value))
    if type(value) is not tuple:
        return value if type(value) in TEXT_TYPES else "%d" % value
    if len(value) == 1 and type(value[0][1]) is list:
        mark, items = value[0]
        if mark == "()":
            return ("(%s,)" if len(items) == 1 else "(%s)") % ", ".join(map(render_value, items))
        if mark == "{}":
            return "{%s}" % ", ".join(map(render_value, items)) if items else "set()"
    return "{%s}" % ", ".join(["%s: %s" % (key, render_value(item)) for key, item in value])


def encode_json(value):
    """JSON, in ASCII but for the bytes of a Python 2 string. A tuple of pairs is an object, in this order."""
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) in TEXT_TYPES:
        return '"%s"' % "".join([AS_IN_JSON.get(character) or encode_character(character)
                                 for character in split_characters(value)])
    if type(value) is list:
        return "[%s]" % ",".join([encode_json(item) for item in value])
    if type(value) is tuple:
        return "{%s}" % ",".join(["%s:%s" % (encode_json(key), encode_json(item)) for key, item in value])
    return repr(value).rstrip("L")


def encode_character(character):
    if len(character) > 1:
        return "\\u%04x\\u%04x" % tuple(map(ord, character))
    code = ord(character)
    if code < 127 and character in '"\\':
        return "\\" + str(character)
    if 0xD800 <= code < 0xE000:         # a lone surrogate is no JSON
        return "\\\\u%04x" % code
    if code > 0xFFFF:
        return "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
    return character if type(character) is str and PYTHON_2 and code > 126 else "\\u%04x" % code


def encode_step(number, inside, facts, details):
    """The line about a step that ended; with no facts about one that begins. inside: the step in which it runs, or None."""
    step = "%d" % number if inside is None else '%d,"inside":%d' % (number, inside)
    if facts is None:
        return '{"begin":%s}\n' % step
    tail = ',"details":' + encode_json(tuple(details)) if details else ""
    return '{"step":%s,"facts":%s%s}\n' % (step, encode_json(tuple(facts)), tail)
