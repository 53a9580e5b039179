"""A survey that anybody may answer by its public link, from a device or with a code on paper.

Nothing of whoever answers is kept but a hash that means something in this wave alone: of a random
number that their browser holds, or of the code on their paper. What a form is signed with shows
that it is one of ours and how old it is; no address is kept anywhere.
docs/decisions/0039-answers-from-a-poster.md says what that guards against and what it does not.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from programme import forms, survey_filling, survey_pages
from programme.survey_filling import Filling
from programme.survey_page_refusals import PassUnfit, TooManyBegun
from programme.survey_refusals import CodeUnknown, WaveUnknown
from programme.surveys import form_of
from storage import survey_drafts, survey_recipients, surveys, waves
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave

DEVICE, CODE = "device:", "code:"
DOOR = "public"
# Letters and figures that nobody takes for one another on paper.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH, CODE_HALF = 8, 4
KEY_LENGTH = 7
# Nobody reads a page and answers it in less; a program does.
LEAST_TIME = timedelta(seconds=2)
# A page may lie open on a phone for days.
PASS_LASTS = timedelta(days=14)
# Devices that may have begun and not finished, in one wave; a code's draft is always kept.
MOST_BEGUN = 5_000
# What nobody has touched for so long makes room for somebody new, once there are so many.
FORGOTTEN_AFTER = timedelta(days=1)
KEY = re.compile(r"[a-z0-9_-]{4,25}")
_DEVICE = re.compile(r"[0-9a-f]{32}")
_PASS = re.compile(r"(?P<device>[0-9a-f]{32})\.(?P<at>\d{1,12})\.(?P<sign>[0-9a-f]{32})")


@dataclass(frozen=True)
class PublicWave:
    """A wave behind a public link."""

    survey: Survey
    wave: Wave


def new_public_key() -> str:
    """Make the end of a public address: short enough to be typed from a poster."""
    return "".join(secrets.choice(SIGNS.lower()) for _ in range(KEY_LENGTH))


def new_device() -> str:
    """Make the number that a browser holds for one wave; 128 bits in hex."""
    return secrets.token_hex(16)


def new_code() -> str:
    """Make a code for paper: "K7M4-PX2R"."""
    drawn = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    return f"{drawn[:CODE_HALF]}-{drawn[CODE_HALF:]}"


def plain_code(typed: str) -> str:
    """Give a code as it is kept, however it was typed; empty when it cannot be one."""
    found = "".join(sign for sign in typed.upper() if sign.isalnum())
    return found if len(found) == CODE_LENGTH and set(found) <= set(SIGNS) else ""


def shown_code(typed: str) -> str:
    """Write a code as it stands on paper; one that cannot be a code as it was typed."""
    found = plain_code(typed)
    return f"{found[:CODE_HALF]}-{found[CODE_HALF:]}" if found else typed


async def find(tx: Tx, public_key: str) -> PublicWave:
    """Find the wave behind a public link; raises WaveUnknown."""
    wave = await waves.by_public_key(tx, public_key) if KEY.fullmatch(public_key) else None
    if wave is None or not wave.is_public:
        raise WaveUnknown
    return PublicWave(await surveys.get(tx, wave.survey_id), wave)


async def speaks_english(tx: Tx, found: PublicWave) -> bool:
    """Tell whether the survey can be shown in English."""
    return forms.speaks_english(await form_of(tx, found.survey))


def is_device(number: str) -> bool:
    """Tell whether a browser brought a number as we give them."""
    return _DEVICE.fullmatch(number) is not None


def device_owner(found: PublicWave, device: str) -> str:
    """Name a device as the owner of a draft."""
    return DEVICE + _hashed(found, f"device\n{device}")


def code_hash(found: PublicWave, code: str) -> str:
    """Hash a code on paper as it is kept."""
    return _hashed(found, f"code\n{plain_code(code)}")


async def code_owner(tx: Tx, found: PublicWave, code: str) -> str:
    """Name whoever holds a code as the owner of a draft; raises CodeUnknown.

    A used code still names its owner, who may change what they sent or learns that it is in.
    """
    if not plain_code(code):
        raise CodeUnknown
    hashed = code_hash(found, code)
    owner = CODE + hashed
    if not await survey_recipients.code_is_open(tx, found.wave.id, hashed):
        recipient = await survey_recipients.get(tx, found.wave.id, owner)
        if recipient is None or not recipient.done:
            raise CodeUnknown
    return owner


def _hashed(found: PublicWave, words: str) -> str:
    return survey_filling.hashed(found.survey, f"wave {found.wave.id}\n{words}")


def sign(found: PublicWave, device: str, *, now: datetime) -> str:
    """Make the pass that a form carries: for which device, and since when it is open."""
    said = f"{device}.{int(now.timestamp())}"
    return f"{said}.{_pass_sign(found, said)}"


def _pass_sign(found: PublicWave, said: str) -> str:
    return _hashed(found, f"pass\n{said}")


@dataclass(frozen=True)
class Pass:
    """What a form carries that is one of ours."""

    device: str
    opened_at: datetime


def read_pass(found: PublicWave, written: str, *, now: datetime) -> Pass:
    """Read the pass of a form; raises PassUnfit for one that is not ours or too old."""
    parts = _PASS.fullmatch(written) if written.isascii() else None
    if parts is None:
        raise PassUnfit
    said = f"{parts['device']}.{parts['at']}"
    if not hmac.compare_digest(_pass_sign(found, said), parts["sign"]):
        raise PassUnfit
    opened_at = datetime.fromtimestamp(int(parts["at"]), UTC)
    if not timedelta() <= now - opened_at + timedelta(seconds=1) <= PASS_LASTS:
        raise PassUnfit
    return Pass(parts["device"], opened_at)


async def take_up(tx: Tx, *, found: PublicWave, owner: str, now: datetime) -> tuple[Filling, bool]:
    """Open the survey to change it, and tell whether its draft was there already.

    Raises what `survey_filling.open_for` raises.
    """
    wave_id = found.wave.id
    is_begun = await survey_drafts.get(tx, wave_id, owner, hold=True) is not None
    return await survey_pages.take_up(tx, wave_id=wave_id, owner=owner, now=now), is_begun


async def make_room(tx: Tx, *, found: PublicWave, owner: str, now: datetime) -> None:
    """See that one more may begin: drafts that were left make room when there are too many.

    A few that begin at the same moment may pass together; the limit is for thousands. Raises
    TooManyBegun when all are of today.
    """
    if not owner.startswith(DEVICE):
        return
    if await survey_drafts.count(tx, found.wave.id, owners=DEVICE) < MOST_BEGUN:
        return
    before = now - FORGOTTEN_AFTER
    if not await survey_drafts.forget(tx, found.wave.id, owners=DEVICE, before=before):
        raise TooManyBegun


async def hand_in(tx: Tx, *, found: PublicWave, filling: Filling, now: datetime) -> None:
    """Hand the answers in and use up the code, if they came by one.

    Raises what `survey_pages.hand_in` raises, and CodeUnknown for a code that was used.
    """
    await survey_pages.hand_in(tx, filling, door=DOOR, now=now)
    if not filling.owner.startswith(CODE) or filling.is_done:
        return
    hashed = filling.owner.removeprefix(CODE)
    if not await survey_recipients.use_code(tx, found.wave.id, hashed):
        raise CodeUnknown
