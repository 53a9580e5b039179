"""The sentences for files that we do not take and documents that cannot be changed."""

from programme import document_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.DocumentRefused: mark(
        "We cannot take this file. Please send a photo of the signed page or a PDF file."
    ),
    why.FileEmpty: mark(
        "This file is empty, so there is nothing to read in it. Please send it once more, or take "
        "a photo of the signed page and send the photo."
    ),
    why.FileTooBig: mark(
        "This file is too big for us: at most %(limit)s MB are possible. Please take a photo of "
        "the signed page and send the photo, or bring the paper to the office."
    ),
    why.FileIsArchive: mark(
        "This is a packed file (such as ZIP), and we do not open those. Please send what is in "
        "it: a photo of the signed page or a PDF file."
    ),
    why.FileIsProgram: mark(
        "This is a program and no document, whatever it is called. Please send a photo of the "
        "signed page or a PDF file."
    ),
    why.FileIsOffice: mark(
        "This is a file of a word processor (such as Word), and it cannot be signed. Please print "
        "and sign it and send a photo, or save it as a PDF file and send that."
    ),
    why.FileOfOtherKind: mark(
        "We cannot read this kind of file. Please send a photo of the signed page or a PDF file."
    ),
    why.FileLost: mark("We do not have this file any more. Please send it once more."),
    why.DocumentUnknown: mark(
        "We cannot find this document. Please press “My trainings” and choose from there."
    ),
    why.DocumentNotNeeded: mark(
        "You are not registered for this event any more, so we do not need this document. Nothing "
        "was kept."
    ),
    why.DocumentsOver: mark(
        "This event is over, so documents for it cannot be sent here any more. Please bring the "
        "paper to the office."
    ),
    why.DocumentInOrder: mark(
        "“%(title)s” has been accepted already. You need not do anything more about it."
    ),
    why.NoDocumentMissing: mark(
        "Thank you, but we have all your documents already, so we have not kept this file. To "
        "replace one, press “My trainings” and then “My documents”."
    ),
    why.DocumentChecked: mark(
        "Somebody has decided on “%(title)s” already, so nothing was changed. Please look at the "
        "next document."
    ),
    why.DocumentReplaced: mark(
        "The person has sent a newer version of this document meanwhile. Please look at that one."
    ),
}
