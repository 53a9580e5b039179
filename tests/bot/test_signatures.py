import subprocess
from pathlib import Path

import pytest

from bot import doctor_post
from bot.doctor import BROKEN, GOOD, Site
from bot.settings import Settings, WrongSettings
from bot.signatures import signer
from texts.translator import load


def key_in(folder: Path, bits: int = 2048) -> Path:
    file = folder / "dkim.pem"
    command = ["openssl", "genrsa", "-out", str(file), str(bits)]
    subprocess.run(command, check=True, capture_output=True)
    file.chmod(0o600)
    return file


def settings(**given: object) -> Settings:
    values = {"mail_from": "Akademia <akademia@Example.org>"} | given
    return Settings(_env_file=None, **values)  # type: ignore[arg-type,call-arg]


def sentence(given: Settings) -> str:
    with pytest.raises(WrongSettings) as wrong:
        signer(given)
    (said,) = wrong.value.sentences
    return str(said)


def test_without_a_key_nobody_signs() -> None:
    assert signer(settings()) is None


def test_key_signs_for_the_domain_of_the_sender(tmp_path: Path) -> None:
    found = signer(settings(dkim_key=key_in(tmp_path), dkim_selector="a2027"))

    assert found is not None
    assert (found.domain, found.record_name) == ("example.org", "a2027._domainkey.example.org")
    assert found.record.startswith("v=DKIM1; k=rsa; p=MIIB")


def test_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = key_in(tmp_path)
    file.chmod(0o644)

    said = sentence(settings(dkim_key=file))

    assert said == (
        f"AKADEMIA_DKIM_KEY: {file} can be read by every user of this machine: "
        f"run `chmod 600 {file}`."
    )


def test_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "nothing.pem"

    said = sentence(settings(dkim_key=file))

    assert said == f"AKADEMIA_DKIM_KEY: {file} is not there, or cannot be read by this user."


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dzień dobry")
    file.chmod(0o600)

    said = sentence(settings(dkim_key=file))

    assert said == (
        f"AKADEMIA_DKIM_KEY: {file} is not a private key (PEM, RSA or Ed25519, no password)."
    )


def test_short_key_is_refused(tmp_path: Path) -> None:
    file = key_in(tmp_path, 1024)

    said = sentence(settings(dkim_key=file))

    assert said == (f"AKADEMIA_DKIM_KEY: {file} is too short: an RSA key has 2048 to 4096 bits.")


async def test_doctor_says_what_belongs_into_dns(tmp_path: Path) -> None:
    given = settings(dkim_key=key_in(tmp_path))
    found = signer(given)
    assert found is not None

    (finding,) = await doctor_post.signature(Site(given, load("en")))

    assert finding.mark == GOOD
    assert finding.says.endswith(f"akademia._domainkey.example.org {found.record}")


async def test_doctor_says_when_the_key_cannot_sign(tmp_path: Path) -> None:
    given = settings(dkim_key=tmp_path / "nothing.pem")

    (finding,) = await doctor_post.signature(Site(given, load("en")))

    assert finding.mark == BROKEN
    assert "is not there" in finding.advice


async def test_doctor_says_nothing_where_the_mail_server_signs() -> None:
    assert await doctor_post.signature(Site(settings(), load("en"))) == []
