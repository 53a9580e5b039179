"""Ask for keys that begin alike, in words for which both databases use an index."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from storage.database import Tx


def begins_with(tx: Tx, column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    """Compare the bytes of a text column with a prefix that ends in an ASCII character.

    A pattern would need its wildcards escaped, and a bound one keeps planners from an index.
    """
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    if tx.dialect.name == "sqlite":
        return and_(column >= prefix, column < after)
    # PostgreSQL's plain comparison follows the rules of a language; these follow the bytes.
    return and_(column.op("~>=~")(prefix), column.op("~<~")(after))
