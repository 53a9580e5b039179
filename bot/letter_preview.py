"""Write letters to files, as they would leave, with a picture of each: for whoever words them."""

import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.letter_samples import PERSONS, by_mail, sample
from bot.sayable import Sayable
from bot.settings import Settings, WrongSettings
from bot.signatures import signer
from delivery import mail_doors
from delivery.compose import compose_letter
from delivery.headers import parse_mailbox
from delivery.letter import to_bytes
from texts.translator import Translator, mark

ALL = "all"
_FROM = "Akademia Współpracy <akademia@example.org>"
_TO = "anna@example.org"
_PAGE = "https://akademia.example.org"
# The same files each time, so that two versions can be compared.
_NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WIDTH, _LEAST, _PATIENCE = 700, 260, 60


def write(
    settings: Settings, *, notice: str, locale: str, out: Path, person: str, t: Translator
) -> None:
    """Write .eml, .html, .txt and .png of a notice, or of all; says where they are.

    Raises WrongSettings for a notice or a person that there is not.
    """
    kinds = by_mail() if notice == ALL else [notice]
    if not set(kinds) <= set(by_mail()):
        words = mark("There is no letter %(notice)s. There are: %(known)s.")
        raise WrongSettings([Sayable(words, notice=notice, known=", ".join(by_mail()))])
    if person not in PERSONS:
        words = mark("There is no person %(person)s. There are: %(known)s.")
        raise WrongSettings([Sayable(words, person=person, known=", ".join(PERSONS))])
    out.mkdir(parents=True, exist_ok=True)
    pages = [_write_one(settings, kind, locale, person, out) for kind in kinds]
    typer.echo(t("Letters written: %(count)s, into %(folder)s.", count=len(pages), folder=out))
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        typer.echo(t("No pictures: Chromium is not installed. The .html files open in a browser."))
        return
    failed = [page.name for page in pages if not picture(browser, page)]
    if failed:
        names = ", ".join(failed)
        typer.echo(t("No picture of: %(names)s. Chromium did not make one.", names=names))


def _write_one(settings: Settings, kind: str, locale: str, person: str, out: Path) -> Path:
    mail_from = settings.mail_from or _FROM
    address = parse_mailbox(mail_from).address
    facts = sample(kind, person)
    letter = compose_letter(
        kind,
        facts,
        locale=locale,
        to_address=_TO,
        mail_from=mail_from,
        now=_NOW,
        public_url=settings.public_url or _PAGE,
        plus=settings.mail_plus,
    )
    domain = address.rpartition("@")[2]
    message_id = mail_doors.message_id(facts, domain) or f"<preview@{domain}>"
    raw = to_bytes(letter, mail_from=mail_from, message_id=message_id, date=_NOW)
    signed_by = signer(settings)
    stem = out / (kind if person == PERSONS[0] else f"{kind}-{person}")
    stem.with_suffix(".eml").write_bytes(signed_by.sign(raw) if signed_by else raw)
    stem.with_suffix(".txt").write_text(f"{letter.subject}\n\n{letter.text}", "utf-8")
    page = stem.with_suffix(".html")
    page.write_text(letter.html, "utf-8")
    return page


def picture(browser: str, page: Path, *, width: int = _WIDTH) -> bool:
    """Take a picture of a page beside it, as high as the page; False when there is none.

    The browser is given a folder of its own and no network.
    """
    target = page.with_suffix(".png").resolve()
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="akademia-preview-") as folder:
        command = [
            browser,
            "--headless=new",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            # Whoever runs this as root, as in a container, gets no window otherwise.
            "--no-sandbox",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}",
            f"--window-size={width},{_height(page)}",
            f"--screenshot={target}",
            page.resolve().as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 -- the page is ours and the program is the browser that was found
        except (OSError, subprocess.TimeoutExpired):
            return False
    return target.exists()


def _height(page: Path) -> int:
    """Guess how high the page is: the browser takes a picture of the window, not of the page."""
    words = page.read_text("utf-8")
    body = words[words.index("<body") :]
    rows = sum(body.count(end) for end in ("</p>", 'class="row', 'class="ways', "<br>", "</h1>"))
    letters = sum(len(part.rpartition(">")[2]) for part in body.split("<"))
    buttons = body.count('class="button')
    return _LEAST + 24 * rows + 60 * buttons + letters * 2 // 5
