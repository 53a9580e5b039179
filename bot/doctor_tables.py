"""What a check-up looks at in the database: itself, its tables, and what waits in them."""

from datetime import timedelta

from bot.doctor import BROKEN, GOOD, LOOK, Finding, Site, look_at
from bot.outbox_words import moment_words
from delivery.kind_words import CHANNELS
from delivery.redaction import without_addresses
from storage import health, migrate, offers, restored
from storage.database import DatabaseUnusable, Tx
from storage.looking import DatabaseMissing, looking, refuses_writing, sqlite_file

LATE = timedelta(minutes=15)
FORTNIGHT = timedelta(days=14)
SLOW_CLOCK, WRONG_CLOCK = timedelta(seconds=30), timedelta(minutes=5)


async def database(site: Site) -> list[Finding]:
    """Open the database and make the checks that need it."""
    t = site.t
    try:
        async with looking(site.address) as site.tx:
            return await look_at(_OPEN, site)
    except DatabaseMissing as missing:
        says = t("Database: there is no file %(file)s.", file=missing.reason)
        advice = t("Please check AKADEMIA_DATA_DIR. The first start makes the file.")
    except DatabaseUnusable as error:
        says = t("Database: it does not answer (%(error)s).", error=error.reason)
        advice = t("Please check AKADEMIA_DATABASE_URL, and whether the server runs.")
    finally:
        site.tx = None
    return [Finding("database", BROKEN, says, advice)]


def _tx(site: Site) -> Tx:
    assert site.tx is not None, "only made while the database is open"  # noqa: S101 -- for the type checker
    return site.tx


async def place(site: Site) -> list[Finding]:
    """Say which database it is."""
    file = sqlite_file(site.address)
    if file is not None:
        return [Finding("database", GOOD, site.t("Database: SQLite, %(file)s.", file=file))]
    version = await health.server_version(_tx(site))
    says = site.t("Database: PostgreSQL %(version)s.", version=version)
    return [Finding("database", GOOD, says)]


async def writable(site: Site) -> list[Finding]:
    """Look whether the database takes changes."""
    t = site.t
    why = await refuses_writing(_tx(site), site.address)
    if why == "locked":
        says = t("Writing: somebody has kept the database locked for seconds.")
        advice = t("Please end what else writes to it, for example a copying program.")
        return [Finding("writable", LOOK, says, advice)]
    if why:
        says = t("Writing: the database can only be read.")
        advice = t("Please look who owns the file, or ask who runs the server.")
        return [Finding("writable", BROKEN, says, advice)]
    return [Finding("writable", GOOD, t("Writing: the database takes changes."))]


async def schema(site: Site) -> list[Finding]:
    """Look whether the tables are those of this version, and only then into them."""
    t = site.t
    current, newest = await migrate.revision(_tx(site)), migrate.newest_revision()
    if current == newest:
        says = t("Tables: up to date (%(revision)s).", revision=newest)
        return [Finding("schema", GOOD, says), *await look_at(_CURRENT, site)]
    if migrate.is_known(current):
        says = t("Tables: older than the program (%(revision)s).", revision=current or "–")
        advice = t("Please make a backup. The next start brings them up to date.")
        return [Finding("schema", LOOK, says, advice)]
    says = t("Tables: of a newer version of the program (%(revision)s).", revision=current)
    advice = t("Please install that version, or put the copy made before the upgrade in place.")
    return [Finding("schema", BROKEN, says, advice)]


async def server_clock(site: Site) -> list[Finding]:
    """Hold our clock against the clock of PostgreSQL."""
    if sqlite_file(site.address) is not None:
        return []
    return [
        clock_finding(
            site, "server_clock", "PostgreSQL", site.clock() - await health.clock(_tx(site))
        )
    ]


def clock_finding(site: Site, check: str, other: str, gap: timedelta) -> Finding:
    """Judge the gap between our clock and another one."""
    seconds = round(abs(gap.total_seconds()))
    says = site.t("Clock: %(seconds)s s from %(other)s's.", seconds=seconds, other=other)
    if abs(gap) <= SLOW_CLOCK:
        return Finding(check, GOOD, says)
    advice = site.t("Please switch on the time service of this machine:")
    return Finding(
        check, BROKEN if abs(gap) > WRONG_CLOCK else LOOK, says, advice, "timedatectl set-ntp true"
    )


async def process(site: Site) -> list[Finding]:
    """Look whether anybody works."""
    t = site.t
    if await health.duties_held(_tx(site), now=site.clock()):
        return [Finding("process", GOOD, t("Work: a process is running."))]
    advice = t("Please start the service:")
    return [
        Finding(
            "process", LOOK, t("Work: no process is running."), advice, "systemctl start akademia"
        )
    ]


async def held(site: Site) -> list[Finding]:
    """Look whether the database may be a restored copy."""
    t = site.t
    since = await restored.held_since(_tx(site))
    if since is None:
        return [Finding("held", GOOD, t("Sending: allowed."))]
    when = moment_words(since, site.settings.timezone)
    says = t("Sending: held since %(when)s, as this may be a restored copy.", when=when)
    advice = t("Please look at what is overdue and release it:")
    return [Finding("held", LOOK, says, advice, "akademia resume")]


async def leases(site: Site) -> list[Finding]:
    """Look for messages whose sender is gone."""
    t = site.t
    stuck = await health.expired_leases(_tx(site), now=site.clock())
    if not stuck:
        return [Finding("leases", GOOD, t("Senders: no message is stuck with one."))]
    says = t("Senders: messages stuck with one that is gone: %(count)s.", count=stuck)
    advice = t("A running process takes them back within a minute. Please start the service:")
    return [Finding("leases", LOOK, says, advice, "systemctl start akademia")]


async def pauses(site: Site) -> list[Finding]:
    """Look which channels rest, and why."""
    t = site.t
    found = []
    for pause in await health.pauses(_tx(site), now=site.clock()):
        until = moment_words(pause.until, site.settings.timezone)
        channel = t(CHANNELS.get(pause.channel, pause.channel))
        says = t("Channel %(channel)s: rests until %(until)s.", channel=channel, until=until)
        because = without_addresses(pause.because)
        advice = t("It is tried again by itself then.") + " "
        advice += t("The other side said: %(because)s", because=because)
        found.append(Finding("pauses", LOOK, says, advice))
    return found or [Finding("pauses", GOOD, t("Channels: none rests."))]


async def waiting(site: Site) -> list[Finding]:
    """Look whether what is due leaves."""
    t = site.t
    now = site.clock()
    oldest = await health.oldest_due(_tx(site), now=now, silent_since=now - LATE)
    if oldest is None or now - oldest <= LATE:
        return [Finding("waiting", GOOD, t("Outbox: what is due leaves."))]
    when = moment_words(oldest, site.settings.timezone)
    says = t("Outbox: a message has been due since %(when)s and does not leave.", when=when)
    advice = t("Please look whether the service runs, and what waits:")
    return [Finding("waiting", BROKEN, says, advice, "akademia outbox list --state queued")]


async def uncertain(site: Site) -> list[Finding]:
    """Look for messages of which nobody knows whether they arrived."""
    t = site.t
    count = await health.uncertain(_tx(site))
    if not count:
        return [Finding("uncertain", GOOD, t("Uncertain messages: none."))]
    says = t("Uncertain messages: %(count)s.", count=count)
    advice = t("Please decide about each:")
    return [Finding("uncertain", LOOK, says, advice, "akademia outbox list --state uncertain")]


async def failed(site: Site) -> list[Finding]:
    """Look for messages that could not be delivered in a fortnight."""
    t = site.t
    count = await health.failed(_tx(site), since=site.clock() - FORTNIGHT)
    if not count:
        return [Finding("failed", GOOD, t("Messages not delivered in 14 days: none."))]
    says = t("Messages not delivered in 14 days: %(count)s.", count=count)
    advice = t("Please decide about each:")
    return [Finding("failed", LOOK, says, advice, "akademia outbox list --state failed")]


async def quarantined(site: Site) -> list[Finding]:
    """Look for arrivals that were set aside."""
    t = site.t
    count = await health.quarantined(_tx(site))
    if not count:
        return [Finding("quarantined", GOOD, t("Arrivals set aside: none."))]
    says = t("Arrivals set aside: %(count)s.", count=count)
    advice = t("Please look at them, and at the log:")
    return [Finding("quarantined", LOOK, says, advice, "akademia trouble")]


async def seats(site: Site) -> list[Finding]:
    """Hold the counted seats of every event against who has one; nothing is mended."""
    t = site.t
    found = []
    for one in await offers.miscounted_events(_tx(site)):
        says = t(
            "Seats: “%(title)s” counts %(counted)s as taken, but %(real)s are.",
            title=one.title,
            counted=one.counted,
            real=one.real,
        )
        advice = t("Please keep a copy of the database and ask who looks after the program.")
        found.append(Finding("seats", BROKEN, says, advice))
    return found or [Finding("seats", GOOD, t("Seats: every event's count is right."))]


_CURRENT = (process, held, leases, pauses, waiting, uncertain, failed, quarantined, seats)
_OPEN = (place, writable, server_clock, schema)
CHECKS = (database,)
