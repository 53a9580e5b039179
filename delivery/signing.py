"""Sign finished mails with DKIM (RFC 6376, RFC 8463), where the mail server does not do it.

The key is a private key in PEM, RSA or Ed25519, as openssl writes it. Both hashes are "relaxed":
relays that fold a header anew or cut spaces at the end of a line leave the signature valid.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key
from nacl.signing import SigningKey

RSA, ED25519 = "rsa", "ed25519"
SHORTEST = 2048
# RFC 8301 section 3.2: verifiers need not take longer keys.
LONGEST = 4096
# Whoever adds a second one of these to a mail breaks the signature.
_ONCE = ("from", "to", "subject", "reply-to")
_SIGNED = (
    *(*_ONCE, *_ONCE, "date", "message-id", "in-reply-to", "references"),
    *("list-id", "list-help", "list-owner", "list-unsubscribe", "list-unsubscribe-post"),
    *("auto-submitted", "x-akademia-kind", "mime-version", "content-type"),
)
_PEM = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)-----END ", re.DOTALL)
# What comes before the 32 octets of an Ed25519 key in PKCS #8 (RFC 8410 section 7).
_ED25519_KEY = bytes.fromhex("302e020100300506032b657004220420")
_SEED_LENGTH = 32
_RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")


class KeyUnusable(ValueError):
    """The key cannot sign mails; `reason` is one of "form", "short" and "long"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Signer:
    """Put the signature of one key before mails of one domain."""

    domain: str
    selector: str
    kind: str
    public: str
    _key: bytes

    def sign(self, raw: bytes) -> bytes:
        """Give the mail with its signature; each call stamps the moment, so keep what it gives."""
        line: bytes = dkim.sign(
            raw,
            selector=self.selector.encode(),
            domain=self.domain.encode(),
            privkey=self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=f"{self.kind}-sha256".encode(),
            include_headers=list(_SIGNED),
        )
        return line + raw

    @property
    def record_name(self) -> str:
        """Name the place in DNS where verifiers look for the public key."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """Give the TXT record that has to stand there."""
        return f"v=DKIM1; k={self.kind}; p={self.public}"


Sign = Callable[[bytes], bytes]


def read_key(pem: bytes, *, domain: str, selector: str) -> Signer:
    """Make a signer of a private key; raises KeyUnusable."""
    found = _PEM.search(pem)
    try:
        der = base64.b64decode(found[1], validate=False) if found else b""
    except binascii.Error:
        raise KeyUnusable("form") from None
    if len(der) == len(_ED25519_KEY) + _SEED_LENGTH and der.startswith(_ED25519_KEY):
        seed = der[-_SEED_LENGTH:]
        public = base64.b64encode(bytes(SigningKey(seed).verify_key)).decode()
        return Signer(domain, selector, ED25519, public, base64.b64encode(seed))
    unix = pem.replace(b"\r\n", b"\n")
    try:
        key = parse_pem_private_key(unix)
        modulus, exponent = int(key["modulus"]), int(key["publicExponent"])
    except (UnparsableKeyError, LookupError, ValueError, TypeError):
        raise KeyUnusable("form") from None
    if modulus.bit_length() < SHORTEST:
        raise KeyUnusable("short")
    if modulus.bit_length() > LONGEST:
        raise KeyUnusable("long")
    return Signer(domain, selector, RSA, _rsa_public(modulus, exponent), unix)


def _rsa_public(modulus: int, exponent: int) -> str:
    """Write the public key as DNS has it: a SubjectPublicKeyInfo (RFC 5280) in base64."""
    numbers = _der(0x30, _der_number(modulus) + _der_number(exponent))
    info = _der(0x30, _RSA_ENCRYPTION + _der(0x03, b"\0" + numbers))
    return base64.b64encode(info).decode()


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 -- DER: a length below 128 is one octet
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def _der_number(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
