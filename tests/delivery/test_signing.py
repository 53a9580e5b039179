import base64
import subprocess
from pathlib import Path
from typing import Any

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.compose import compose_letter
from delivery.letter import to_bytes
from delivery.signing import KeyUnusable, Signer, read_key
from tests.delivery.many import NOW, PLAIN, facts_for
from tests.mail_servers import MailServers

OURS = "Urząd Gminy Miłki <akademia@example.org>"


def made_key(folder: Path, *options: str) -> bytes:
    file = folder / "key.pem"
    subprocess.run(
        ["openssl", "genpkey", *options, "-out", str(file)],  # noqa: S607 -- whichever is there
        check=True,
        capture_output=True,
    )
    return file.read_bytes()


RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
ED25519 = ("-algorithm", "ed25519")


@pytest.fixture(scope="module", params=[RSA, ED25519], ids=["rsa", "ed25519"])
def signer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    pem = made_key(tmp_path_factory.mktemp("keys"), *request.param)
    return read_key(pem, domain="example.org", selector="akademia")


def mail(case: str = "invitation") -> bytes:
    letter = compose_letter(
        case,
        facts_for(case, PLAIN),
        locale="pl",
        to_address="anna@ngo.example.org",
        mail_from=OURS,
        now=NOW,
        public_url="https://akademia.example.org",
        plus=True,
    )
    return to_bytes(letter, mail_from=OURS, message_id="<1@example.org>", date=NOW)


def is_valid(raw: bytes, signer: Signer) -> bool:
    """Verify as a receiver does, with a DNS that knows this one record."""

    def records(name: bytes, timeout: int = 5) -> bytes:
        del timeout
        return signer.record.encode() if name.decode() == f"{signer.record_name}." else b""

    verified: Any = dkim.verify(raw, dnsfunc=records)
    return bool(verified)


def signed_names(raw: bytes) -> set[str]:
    header = raw[: raw.index(b"\r\nFrom:")].decode().replace("\r\n", "")
    names = next(part for part in header.split(";") if part.strip().startswith("h="))
    return {name.strip().lower() for name in names.strip().removeprefix("h=").split(":")}


@pytest.mark.parametrize("case", ["invitation", "registration_confirmed", "certificate"])
def test_signed_mail_is_valid_and_otherwise_the_same(case: str, signer: Signer) -> None:
    raw = mail(case)

    signed = signer.sign(raw)

    assert is_valid(signed, signer)
    assert signed.endswith(b"\r\n" + raw)
    assert signed.isascii()
    assert max(map(len, signed.split(b"\r\n"))) <= 998


async def test_signature_outlives_a_real_relay(signer: Signer, mail_servers: MailServers) -> None:
    mailbox = mail_servers.own_mailbox()
    signed = signer.sign(mail("registration_confirmed"))

    mail_servers.send(signed, sender="akademia@gmina.example.org", to=mailbox.address)
    (arrived,) = await mailbox.wait_for(1)

    assert arrived != signed
    assert is_valid(arrived, signer)


def test_signature_covers_what_one_click_needs(signer: Signer) -> None:
    assert {"from", "to", "subject", "date", "message-id", "reply-to"} <= signed_names(
        signer.sign(mail())
    )
    assert {"list-unsubscribe", "list-unsubscribe-post", "content-type"} <= signed_names(
        signer.sign(mail())
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Message-ID: <1@", b"Message-ID: <2@"),
        (b"Reply-To: akademia+", b"Reply-To: x+"),
        (b"/o/wypisz", b"/o/zapisz"),
        (b"From: ", b"From: x@example.org\r\nFrom: "),
        (b"\r\nReply-To: ", b"\r\nReply-To: x@example.net\r\nReply-To: "),
        (b"multipart/alternative", b"multipart/mixed"),
    ],
)
def test_changed_mail_is_not_valid(old: bytes, new: bytes, signer: Signer) -> None:
    signed = signer.sign(mail())

    changed = signed.replace(old, new, 1)

    assert changed != signed
    assert not is_valid(changed, signer)


def test_relay_may_add_a_line_and_fold_another(signer: Signer) -> None:
    signed = signer.sign(mail())

    relayed = b"Received: from a by b\r\n" + signed.replace(
        b"Auto-Submitted: ", b"Auto-Submitted:\r\n  "
    )

    assert is_valid(relayed, signer)


def test_another_key_does_not_make_it_valid(signer: Signer, tmp_path: Path) -> None:
    other = read_key(made_key(tmp_path, *RSA), domain="example.org", selector="akademia")

    assert not is_valid(signer.sign(mail()), other)


def test_old_form_of_an_rsa_key_signs_too(tmp_path: Path) -> None:
    file = tmp_path / "old.pem"
    file.write_bytes(made_key(tmp_path, *RSA))
    old = subprocess.run(
        ["openssl", "rsa", "-in", str(file), "-traditional"],  # noqa: S607
        check=True,
        capture_output=True,
    ).stdout

    signer = read_key(old.replace(b"\n", b"\r\n"), domain="example.org", selector="s")

    assert is_valid(signer.sign(mail()), signer)


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        (b"", "form"),
        (b"not a key", "form"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "form"),
        (b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n", "form"),
    ],
)
def test_what_is_no_key_is_refused(pem: bytes, reason: str) -> None:
    with pytest.raises(KeyUnusable) as refused:
        read_key(pem, domain="example.org", selector="s")

    assert refused.value.reason == reason


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_other_content_is_refused(content: bytes) -> None:
    pem = (
        b"-----BEGIN PRIVATE KEY-----\n"
        + base64.b64encode(content)
        + b"\n-----END PRIVATE KEY-----\n"
    )

    with pytest.raises(KeyUnusable):
        read_key(pem, domain="example.org", selector="s")


def test_short_key_is_refused(tmp_path: Path) -> None:
    pem = made_key(tmp_path, "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")

    with pytest.raises(KeyUnusable) as refused:
        read_key(pem, domain="example.org", selector="s")

    assert refused.value.reason == "short"


def test_key_with_a_password_is_refused(tmp_path: Path) -> None:
    pem = made_key(tmp_path, *RSA, "-aes256", "-pass", "pass:x")

    with pytest.raises(KeyUnusable) as refused:
        read_key(pem, domain="example.org", selector="s")

    assert refused.value.reason == "form"
