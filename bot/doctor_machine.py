"""What a check-up looks at on this machine: settings, files, room, time zones, SQLite."""

import importlib.metadata
import shlex
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

from bot.doctor import BROKEN, GOOD, LOOK, Finding, Site
from bot.settings import PREFIX
from storage.looking import has_wal_reset_bug, processes_on, sqlite_file

NEEDED = ("telegram_token", "smtp_url", "mail_from")
OLD_COPY = timedelta(days=90)
LITTLE_ROOM = 0.1
OTHERS = 0o077
MEGABYTE = 1_000_000
# Both nights of each year: the last Sunday of March and of October, at 01:00 UTC.
CHANGES = {
    datetime(2026, 3, 29, 1, tzinfo=UTC): 2,
    datetime(2026, 10, 25, 1, tzinfo=UTC): 1,
    datetime(2027, 3, 28, 1, tzinfo=UTC): 2,
    datetime(2027, 10, 31, 1, tzinfo=UTC): 1,
}
WARSAW = "Europe/Warsaw"


async def settings(site: Site) -> list[Finding]:
    """Look whether all is set that a running bot needs."""
    t = site.t
    missing = [PREFIX + name.upper() for name in NEEDED if getattr(site.settings, name) is None]
    if not missing:
        return [Finding("settings", GOOD, t("Settings: complete."))]
    says = t("Settings: not set are %(names)s.", names=", ".join(missing))
    advice = t("Please write them into the environment or into .env.")
    return [Finding("settings", BROKEN, says, advice)]


async def files(site: Site) -> list[Finding]:
    """Look whether others on this machine may read the files."""
    t = site.t
    open_ones = [file for file in _kept(site) if stat.S_IMODE(file.stat().st_mode) & OTHERS]
    if not open_ones:
        return [Finding("files", GOOD, t("Files: nobody else on this machine can read them."))]
    names = ", ".join(str(file) for file in open_ones)
    says = t("Files: others on this machine may read %(names)s.", names=names)
    command = " && ".join(
        shlex.join(["chmod", mode, *(str(one) for one in open_ones if one.is_dir() is folder)])
        for mode, folder in (("600", False), ("700", True))
        if any(one.is_dir() is folder for one in open_ones)
    )
    return [Finding("files", BROKEN, says, t("Please close them to others:"), command)]


def _kept(site: Site) -> Iterator[Path]:
    file = sqlite_file(site.address)
    beside = [file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm")] if file else []
    # Whoever cannot enter the folder of documents reads none of them.
    for each in (site.env_file, *beside, *_copies(site), site.settings.files_folder):
        if each.exists():
            yield each


def _copies(site: Site) -> list[Path]:
    file = sqlite_file(site.address)
    return sorted(file.parent.glob(f"{file.stem}.before-*{file.suffix}")) if file else []


async def room(site: Site) -> list[Finding]:
    """Look how much room is left where the data lie."""
    t = site.t
    file = sqlite_file(site.address)
    folder = (file.parent if file else site.settings.data_dir).absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    says = t("Disk: %(free)s MB are free where the data lie.", free=free // MEGABYTE)
    if free >= site.room_wanted:
        return [Finding("room", GOOD, says)]
    advice = t("Please make room: without it nothing can be accepted and nothing is sent.")
    return [
        Finding("room", BROKEN if free < site.room_wanted * LITTLE_ROOM else LOOK, says, advice)
    ]


async def copies(site: Site) -> list[Finding]:
    """Look at the copies that were made before upgrades; other backups are not known here."""
    t = site.t
    made = [datetime.fromtimestamp(one.stat().st_mtime, UTC) for one in _copies(site)]
    if not made:
        return [Finding("copies", GOOD, t("Copies made before an upgrade: none."))]
    says = t("Copies made before an upgrade: %(count)s.", count=len(made))
    if site.clock() - min(made) <= OLD_COPY:
        return [Finding("copies", GOOD, says)]
    says += " " + t("The oldest is older than %(days)s days.", days=OLD_COPY.days)
    advice = t("Please delete old copies: they hold people's data like the database itself.")
    return [Finding("copies", LOOK, says, advice)]


async def zone(site: Site) -> list[Finding]:
    """Look whether the clock changes lie where they should."""
    t = site.t
    ours = site.settings.timezone
    warsaw = ours if ours.key == WARSAW else ZoneInfo(WARSAW)
    says = t("Time zone: %(zone)s, data %(version)s.", zone=ours.key, version=_data_version())
    if all(_changes(warsaw, moment, hours) for moment, hours in CHANGES.items()):
        return [Finding("zone", GOOD, says)]
    advice = t("The clock changes of 2026 and 2027 are wrong there. Please update tzdata.")
    return [Finding("zone", BROKEN, says, advice)]


def _changes(zone: ZoneInfo, moment: datetime, hours: int) -> bool:
    before, after = ((moment - timedelta(seconds=1)), moment)
    offsets = [each.astimezone(zone).utcoffset() for each in (before, after)]
    return offsets == [timedelta(hours=3 - hours), timedelta(hours=hours)]


def _data_version() -> str:
    """Name the version of the time zone data; Python takes the system's before its own."""
    for folder in TZPATH:
        listed = Path(folder) / "tzdata.zi"
        if listed.exists():
            with listed.open(encoding="ascii") as lines:
                return lines.readline().removeprefix("# version").strip()
        if (Path(folder) / WARSAW).exists():
            return "–"
    return importlib.metadata.version("tzdata")


async def sqlite(site: Site) -> list[Finding]:
    """Look whether SQLite is a release with the WAL-reset bug."""
    t = site.t
    file = sqlite_file(site.address)
    if file is None:
        return []
    says = t("SQLite: version %(version)s.", version=".".join(map(str, site.sqlite_version)))
    if not has_wal_reset_bug(site.sqlite_version):
        return [Finding("sqlite", GOOD, says)]
    says += " " + t("Its makers mended a rare damage to the file in 3.51.3, 3.50.7 and 3.44.6.")
    advice = t("Please ask whether your system's package has the mending (“WAL-reset bug”).")
    sharing = processes_on(file)
    if sharing > 1:
        advice += " " + t(
            "%(count)s processes have the file open now: use one, or PostgreSQL.", count=sharing
        )
    return [Finding("sqlite", LOOK, says, advice)]


CHECKS = (settings, files, room, zone, sqlite, copies)
