"""Why a document cannot be taken or checked.

Refusal
├── DocumentRefused
│   ├── FileEmpty, FileTooBig
│   ├── FileIsArchive, FileIsProgram, FileIsOffice, FileOfOtherKind
│   └── FileLost
├── DocumentUnknown, DocumentNotNeeded, DocumentsOver, DocumentInOrder
├── NoDocumentMissing
└── DocumentChecked, DocumentReplaced
"""

from programme.refusals import Refusal


class DocumentRefused(Refusal):
    """The file is none that we take."""


class FileEmpty(DocumentRefused):
    """The file has no bytes."""


class FileTooBig(DocumentRefused):
    """The file is too big; `limit` is in megabytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class FileIsArchive(DocumentRefused):
    """The file is an archive such as ZIP."""


class FileIsProgram(DocumentRefused):
    """The file is a program."""


class FileIsOffice(DocumentRefused):
    """The file belongs to a word processor or another office program."""


class FileOfOtherKind(DocumentRefused):
    """The file is neither a PDF nor a photo."""


class FileLost(DocumentRefused):
    """The file cannot be had any more and must be sent again."""


class DocumentUnknown(Refusal):
    """There is no such document, or it is somebody else's."""


class DocumentNotNeeded(Refusal):
    """The registration was cancelled, so its documents are not needed."""


class DocumentsOver(Refusal):
    """The event is over, so documents are taken at the office only."""


class DocumentInOrder(Refusal):
    """The document has been accepted already."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title


class NoDocumentMissing(Refusal):
    """The person sent a file, and no document of theirs is missing."""


class DocumentChecked(Refusal):
    """Somebody has decided on this document already."""

    def __init__(self, title: str, outcome: str) -> None:
        super().__init__()
        self.title = title
        self.outcome = outcome


class DocumentReplaced(Refusal):
    """A newer version of this document has come meanwhile."""
