"""The sentences for refusals about certificates."""

from programme import certificate_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.NoCertificates: mark(
        "This event gives no certificates. If it shall, please have the number of sessions that "
        "must be attended put into the programme file."
    ),
    why.EventGoesOn: mark(
        "The last session has not ended yet. Certificates can be issued as soon as it has."
    ),
    why.CertificateUnknown: mark(
        "This certificate is no longer valid or belongs to somebody else. Please look at your own "
        "ones under “My trainings”."
    ),
    why.CertificateCodeUnknown: mark(
        "We have no certificate with this code. Please compare each sign with the paper and write "
        "it once more, like this: /sprawdz K7MF-2QXA-9P."
    ),
}
