"""How mail clients write that what follows was said by somebody else, and how people close."""

import re

_HEADER = (
    r"(?:Od|From|Nadawca|Von|Do|To|DW|Cc|UDW|Bcc|Wysłano|Wyslano|Wysłane|Data|Date|Sent|"
    r"Temat|Subject|Odpowiedz do|Reply-To|Ważność|Importance|Załączniki|Attachments)"
)
# A block of at least three such lines, the first of which names the sender or the date.
HEADER_LINE = re.compile(rf"\W{{0,4}}{_HEADER}\s?\*?\s?:", re.IGNORECASE)
HEADER_FIRST = re.compile(
    r"\W{0,4}(?:Od|From|Nadawca|Wysłano|Sent|Data|Date|Temat|Subject)\s?\*?\s?:", re.IGNORECASE
)

# A line that says alone that the original follows.
_ORIGINAL = (
    r"(?:wiadomość|wiadomosc|wiadomość e-mail|e-mail|message|mail)?\s*"
    r"(?:oryginaln[aey]|przekazan[aey]|przesłan[aey](?: dalej)?|original|forwarded)\s*"
    r"(?:wiadomość|wiadomosc|message|mail|e-mail)?(?: dalej)?"
)
DASHED = re.compile(
    rf"\W*[-–—_]{{2,}}\s*(?:Treść |Początek )?{_ORIGINAL}\s*[-–—_]{{2,}}\s*", re.IGNORECASE
)
FORWARDED = re.compile(
    r"\W{0,3}(?:Początek (?:przekazywanej|przekazanej|przesłanej) wiadomości|"
    r"Begin forwarded message|Wiadomość przekazana dalej|Treść oryginalnej wiadomości|"
    r"Wiadomość oryginalna|Original message)\s*:?\s*",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*[_\-=]{10,}\s*")

_DAY = r"(?:pon|pn|wt|śr|sr|czw|cz|pt|sob|so|niedz|nd|ndz|mon|tue|wed|thu|fri|sat|sun)\w*"
_WHEN = rf"(?:{_DAY}\.?,?\s*)?(?:dnia\s+)?\d{{1,4}}[\s./-]*(?:[\w.]{{1,14}})[\s./-]*\d{{0,4}}"
_ENDS = r"(?:napisał\(a\)|napisał/a|napisał|napisała|pisze|wrote|writes|schrieb|napisano)\s*:"
# A line, or up to four that were broken, which introduces what somebody said.
ATTRIBUTION = re.compile(
    rf"\W{{0,3}}(?:"
    rf"(?:W dniu|Dnia|On|Am)\s[^\n]{{0,120}}(?:\n[^\n]{{0,120}}){{0,3}}?{_ENDS}"
    rf"|{_WHEN}[^\n]{{0,120}}(?:\n[^\n]{{0,120}}){{0,3}}?{_ENDS}"
    rf"|(?:Użytkownik|Wiadomość napisana przez)\s[^\n]{{0,150}}(?:\n[^\n]{{0,120}}){{0,2}}?"
    rf"(?:napisał(?:\(a\)|a)?\s*:|\sw dniu\s[^\n]{{4,60}}:)"
    rf"|[^\n<]{{0,60}}<[^\n>]{{3,80}}>\s[^\n]{{0,60}}{_ENDS}"
    rf")\s*",
    re.IGNORECASE,
)
QUOTED = re.compile(r"\s{0,3}(?:>|&gt;)")

DELIMITER = re.compile(r"\s?--\s?")
_CLOSINGS = (
    r"z poważaniem|z powazaniem|z wyrazami (?:szacunku|poważania)|łączę wyrazy (?:szacunku|"
    r"poważania)|(?:łączę |lacze |serdeczne |przesyłam )?pozdrowienia|z pozdrowieniami|"
    r"(?:serdecznie |gorąco |ciepło |najserdeczniej )?pozdrawia(?:m|my)(?: serdecznie| gorąco"
    r"| ciepło)?|pozdr|z szacunkiem|ukłony|z ukłonami|"
    r"(?:best |kind |warm |with )*(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully|truly)|"
    r"cheers"
)
CLOSING = re.compile(rf"\W*(?:{_CLOSINGS})\W*", re.IGNORECASE)
CLOSING_WITH_NAME = re.compile(
    rf"\W*(?:{_CLOSINGS})\s*,?\s+(?P<name>[\w.\- ]{{2,60}})", re.IGNORECASE
)

# What a telephone or a web mail adds to every mail.
ADDED = re.compile(
    r"\W*(?:Wysłan[oey] (?:z|ze|za pomocą|przy użyciu|przez|bezpiecznie)\b|Sent (?:from|via|with)"
    r"\b|Get Outlook|Pobierz (?:aplikację|program) |Uzyskaj (?:aplikację )?Outlook|"
    r"Enviado |Gesendet von |Download (?:the )?(?:all-new|Outlook)|"
    r"Wiadomość wysłana z |Darmowa poczta|Poczta w telefonie)[^\n]{0,120}",
    re.IGNORECASE,
)
# The first words of clauses that offices and scanners put below everything.
CLAUSE = re.compile(
    r"\W*(?:Niniejsz|Ta wiadomość|Wiadomość ta|Ten e-?mail|Treść tej|Treść niniejsz|Informacj[aei] "
    r"(?:zawart|przekazan)|Uwaga[:!]|Poufne|Klauzula|Administratorem|Zgodnie z (?:art|RODO|"
    r"rozporządz)|Jeżeli nie (?:są|jest)|Jeśli nie (?:są|jest)|Na podstawie art|This (?:e-?mail"
    r"|message)|The (?:information"
    r"|content)|Wolne od wirusów|Nie zawiera wirusów|Virus-free|Zanim wydrukujesz|Pomyśl o "
    r"środowisku|Please consider|Chroń środowisko|Dbaj o środowisko)",
    re.IGNORECASE,
)
CLAUSE_SIGN = re.compile(
    r"poufn|adresat|zastrzeż|tajemnic|wirus|virus|avast|confidential|intended|przetwarza|RODO|"
    r"danych osobowych|drukuj|print|środowisk",
    re.IGNORECASE,
)
# Somebody goes on below their name.
GOES_ON = re.compile(
    r"\W*(?:P\.?\s?S\b|(?:tak|nie)\W*$|\d{1,2}[.)]\s|[-•*]\s+(?!tel|kom|mob|fax|e-?mail|www|http|[+(\d])|(?:\w+\W+){0,8}?(?:zgłasz|zglasz"
    r"|rezygn|"
    r"potwierdz|zapisuj|przyjd|wypis|będ[ęz]|bedziem|dopis|odwoł|wycof))",
    re.IGNORECASE,
)
