"""Letters without what people leave out when they type: Polish tails, case, punctuation."""

from storage.name_keys import fold

__all__ = ["fold"]
