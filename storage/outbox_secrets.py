"""Forget what a mail lets its reader do once the mail has ended, and what a sealed reply said.

The tokens of a letter's doors lie in clear only as long as the letter may still have to be
written or sent again: in the facts, in the Message-ID and in the finished bytes of its row.
Whoever reads the database later finds their hashes alone.

A reply in the dialogue of an anonymous survey repeats what was answered. Its key begins with
SEALED, and its words are kept only as long as they may still have to be sent.
"""

from typing import Any

from sqlalchemy import JSON, case, literal, null
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from storage.outbox_tables import outbox

SEALED = "sealed:"
# What is left of a sealed reply: a message still, for whoever looks at the row.
SEALED_FACTS = {"text": "…"}
IS_SEALED = outbox.c.key.startswith(SEALED)

# The letter that proves an address has its token in a link; it is never sent anew.
_HAS_LINK = "outbox.kind = 'address_check'"


class _Doorless(FunctionElement[dict[str, Any]]):
    """The facts of a row without its doors."""

    inherit_cache = True
    type = JSON()


@compiles(_Doorless, "sqlite")
def _on_sqlite(element: _Doorless, compiler: SQLCompiler, **how: Any) -> str:
    del element, compiler, how
    doorless = "json_remove(outbox.facts, '$.doors')"
    return f"CASE WHEN {_HAS_LINK} THEN json_remove({doorless}, '$.link') ELSE {doorless} END"


@compiles(_Doorless, "postgresql")
def _on_postgresql(element: _Doorless, compiler: SQLCompiler, **how: Any) -> str:
    """Cut the doors out of the text: as jsonb it would be easy, but that refuses some texts.

    No other fact looks like this, because JSON escapes the quotes within a text.
    """
    del element, compiler, how
    doors, link = r', "doors": \{[^{}]*\}', r', "link": "[^"]*"'
    doorless = f"regexp_replace(CAST(outbox.facts AS TEXT), '{doors}', '')"
    linkless = f"regexp_replace({doorless}, '{link}', '')"
    return f"CAST(CASE WHEN {_HAS_LINK} THEN {linkless} ELSE {doorless} END AS JSON)"


# The old form of a Message-ID, of a mail that nobody can answer, opens nothing.
_harmless = outbox.c.message_id.like("<outbox-%")
# What an ended row gets: a mail, and a row of which nobody has asked whether it is one.
MAIL_FORGOTTEN: dict[str, Any] = {
    "facts": _Doorless(),
    "message_id": case((_harmless, outbox.c.message_id), else_=null()),
    "body": None,
}
FORGOTTEN: dict[str, Any] = MAIL_FORGOTTEN | {
    "facts": case(
        (outbox.c.channel == "mail", _Doorless()),
        (IS_SEALED, literal(SEALED_FACTS, JSON())),
        else_=outbox.c.facts,
    ),
}


def forgotten(*, channel: str, key: str) -> dict[str, Any]:
    """Give what a row of this channel and key gets when it has ended."""
    if channel == "mail":
        return MAIL_FORGOTTEN
    return {"facts": SEALED_FACTS} if key.startswith(SEALED) else {}
