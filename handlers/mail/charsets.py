"""Turn bytes of an unknown or wrongly named character set into text that can be shown."""

import codecs
import re
import unicodedata

# What Polish letters look like when UTF-8 was read as one of the one-byte sets.
_MISREAD = re.compile("[ÄĂĹÅÃ][\x80-\xbf„…†‡‰Š‹ŚŤŽŹ‘’“”•–—™š›śťžź›ˇ˘ŁĄ¦§¨©ŞŻ±˛ł´µ¶·¸ąş»Ľ˝ľż]")
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
# Signs that no letter of an office holds; a set that gives them was not the right one.
_ODD = re.compile("[\x80-\x9f\ufffd¬¹³¿±¼¾¶Ÿ¦]|(?<=\\w)[¡£¥§¨©ª«®°²µ·¸º»×÷´˘˛ˇ˝](?=\\w)")
_ONE_BYTE = ("iso8859-2", "cp1250", "iso8859-16", "cp1252")
# These have no letter above 127 of their own, or were written without looking.
_SAYS_NOTHING = frozenset({"", "ascii", "utf-8", "iso8859-1", "cp1252"})
_HIDDEN = re.compile(
    # Controls, marks that turn the direction of reading, signs without width, tags.
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = str.maketrans(dict.fromkeys("\xa0\u2007\u202f\u2000\u2001\u2002\u2003\u2009", " "))


def decode(body: bytes, declared: str = "") -> str:
    """Give the text of `body`, believing the bytes more than the name of their set.

    Bytes that are sound UTF-8 beyond ASCII are hardly ever anything else. Of the one-byte sets the
    one that gives Polish letters and nothing odd is taken, the declared one if there are several.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    known = _known(declared)
    if known not in _SAYS_NOTHING and known not in _ONE_BYTE:
        return body.decode(known, "replace")
    if body.isascii():
        return body.decode("ascii")
    try:
        return _repaired(body.decode("utf-8"))
    except UnicodeDecodeError:
        return _best(body, known)


def clean(text: str) -> str:
    """Take out of a text what nobody sees, and make every line end a line feed."""
    broken = _BREAKS.sub("\n", text).translate(_SPACES)
    visible = _HIDDEN.sub("", broken)
    whole = visible.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def one_line(text: str) -> str:
    """Write a text on one line, so that it can be a header, a name or a row of a list."""
    return " ".join(clean(text).split())


def _known(declared: str) -> str:
    name = declared.strip().strip("\"'").lower().replace(" ", "")
    name = {"unicode-1-1-utf-7": "utf-7", "cp-1250": "cp1250", "iso-8859-2-i": "iso8859-2"}.get(
        name, name
    )
    name = name.removeprefix("x-")
    try:
        known = codecs.lookup(name).name
        # Some codecs of Python turn bytes into bytes, or text into text.
        "".encode(known)
        b"".decode(known)
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""
    # A stateful or escaped form of text is not a character set of mail.
    return "" if known in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else known


def _repaired(text: str) -> str:
    """Undo UTF-8 that was read as a one-byte set and written as UTF-8 again."""
    if not _MISREAD.search(text):
        return text
    for name in ("cp1250", "cp1252", "iso8859-2", "latin-1"):
        try:
            repaired = text.encode(name).decode("utf-8")
        except UnicodeError:
            continue
        if _score(repaired) > _score(text):
            return repaired
    return text


def _best(body: bytes, known: str) -> str:
    sample = body[:65536]
    whole = sample.decode("utf-8", "replace")
    found = [(_score(whole), 0, "utf-8")]
    for order, name in enumerate(_ONE_BYTE):
        bonus = 1 if name == known else 0
        found.append((_score(sample.decode(name, "replace")) + bonus, -order - 1, name))
    return body.decode(max(found)[2], "replace")


def _score(text: str) -> int:
    polish = sum(1 for letter in text if letter in _POLISH)
    return polish - 4 * len(_ODD.findall(text))
