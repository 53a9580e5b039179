"""Why a certificate cannot be given or found."""

from programme.refusals import Refusal


class NoCertificates(Refusal):
    """The event gives no certificates."""


class EventGoesOn(Refusal):
    """The last session of the event has not ended yet."""


class CertificateUnknown(Refusal):
    """There is no such certificate, it is somebody else's, or it was revoked."""


class CertificateCodeUnknown(Refusal):
    """No certificate bears this code."""
