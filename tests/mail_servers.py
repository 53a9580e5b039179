"""Real mail servers for the tests: Postfix and Dovecot of Debian on free ports of this machine.

They start when the first test asks for the fixture `mail_servers` (tests/conftest.py, one pair for
the whole run) and are gone when the tests are, however those end. What a test may use:

- `mailbox = mail_servers.add_mailbox("akademia")` makes `akademia@gmina.example.org`, or takes a
  whole address of either domain (`anna@ngo.example.org`). A mailbox of a test's own name keeps
  tests apart: `mail_servers.own_mailbox()` makes one that nobody else has.
- `mail_servers.smtp_url` and `mailbox.imap_url` are what goes into the settings;
  `mailbox.imap_address("imaps")` and `"imap+starttls"` are the two with TLS, for which
  `mail_servers.certificate` is the only certificate to be trusted.
- Plus addressing works: what comes to `akademia+anything@…` lies in the mailbox of `akademia@…`.
- `mailbox.mails()` gives the bytes of all mails in the INBOX, the oldest first;
  `await mailbox.wait_for(count)` waits for so many. `mailbox.put(raw, seen=…)` puts one there
  without a mail server, `mailbox.flags()` tells the flags of each as the Maildir has them.
- `mail_servers.send(raw, sender=…, to=…)` hands bytes to Postfix.
- Whoever writes to `mail_servers.unknown_address` gets a real report of non-delivery (5.1.1) to the
  envelope's sender, and so does who writes to another domain than the two (5.1.2).
- `mail_servers.stop_imap()` and `start_imap()` restart Dovecot; `mailbox.forget_uids()` makes the
  UIDVALIDITY of the INBOX change, as after a restored backup.

Missing programs are an error and no reason to skip: `.ci/run` installs them.
"""

import asyncio
import imaplib
import itertools
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.mail.imap_url import wire_name

DOMAINS = ("gmina.example.org", "ngo.example.org")
PASSWORD = "sekret"
PATIENCE = 30.0
ACCEPTED = 250
BOUNCING = "nie-ma-takiej-skrzynki"
SBIN = Path("/usr/sbin")
NEEDED = (SBIN / "postfix", SBIN / "dovecot", Path("/usr/lib/dovecot/lmtp"))
# The shell outlives a killed test run just long enough to stop the servers and to sweep up: its
# standard input closes when the tests end, however they end.
KEEPER = """
chown postfix "$1/data"
cd / && postfix -c "$1/postfix" start >>"$1/log/start" 2>&1 || exit 1
read -r _
postfix -c "$1/postfix" stop >>"$1/log/start" 2>&1
[ -f "$1/run/master.pid" ] && kill "$(cat "$1/run/master.pid")"
while [ -f "$1/run/master.pid" ] && kill -0 "$(cat "$1/run/master.pid")" 2>/dev/null; do
  sleep 0.05
done
rm -rf "$1"
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/postfix
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.gmina.example.org
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
recipient_delimiter = +
default_transport = error:5.1.2 No such domain here
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions =
smtpd_reject_unlisted_recipient = no
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_session_cache_database =
smtp_tls_session_cache_database =
address_verify_map =
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
notify_classes =
alias_maps =
alias_database =
"""
# Without `chroot`, which is the last column before the number of processes but two.
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0 secs
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_max_userip_connections = 200
first_valid_uid = {uid}
first_valid_gid = {gid}
passdb {{
  driver = passwd-file
  args = {folder}/users/%Lu
}}
userdb {{
  driver = passwd-file
  args = {folder}/users/%Lu
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


class NoMailServersError(Exception):
    """Postfix and Dovecot are needed: apt-get install postfix dovecot-imapd dovecot-lmtpd."""


class MailServersNotReadyError(Exception):
    """The mail servers did not start; what they said is in the message."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that Postfix delivers into and Dovecot shows."""

    address: str
    maildir: Path
    ports: dict[str, int]
    owner: tuple[int, int]

    @property
    def imap_url(self) -> str:
        """Its address for the settings, without TLS."""
        return self.imap_address("imap")

    def imap_address(self, scheme: str, *, folder: str = "", password: str = PASSWORD) -> str:
        """Give its address for the settings: imap, imap+starttls or imaps."""
        port = self.ports["imaps" if scheme == "imaps" else "imap"]
        login = f"{self.address.replace('@', '%40')}:{password}"
        # A name, because the certificate has it; it means this machine.
        return f"{scheme}://{login}@localhost:{port}" + (f"/{folder}" if folder else "")

    def files(self) -> list[Path]:
        """List the files of the INBOX in the order in which they came."""
        found = [*self.maildir.glob("new/*"), *self.maildir.glob("cur/*")]
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def mails(self) -> list[bytes]:
        """Give the bytes of every mail in the INBOX as IMAP has them, the oldest first."""
        files = (path.read_bytes() for path in self.files())
        return [raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in files]

    def flags(self) -> list[str]:
        """Give the flags of every mail as the Maildir has them: `S` is seen."""
        return [path.name.partition(":2,")[2] for path in self.files()]

    def put(
        self, raw: bytes, *, seen: bool = False, name: str = "", at: datetime | None = None
    ) -> Path:
        """Put a mail into the INBOX as it is; it arrives now, or `at` a moment of another clock."""
        self._make()
        name = name or f"{time.time_ns()}.{next(_numbers)}.test"
        waiting = self.maildir / "tmp" / name
        waiting.write_bytes(raw)
        os.chown(waiting, *self.owner)
        if at is not None:
            os.utime(waiting, (at.timestamp(), at.timestamp()))
        return waiting.rename(
            self.maildir / "cur" / f"{name}:2,S" if seen else self.maildir / "new" / name
        )

    async def wait_for(self, count: int = 1, *, within: float = PATIENCE) -> list[bytes]:
        """Wait until so many mails lie in the INBOX and give them."""
        async with asyncio.timeout(within):
            while len(self.files()) < count:  # noqa: ASYNC110 -- a folder has no event to wait for
                await asyncio.sleep(0.02)
        return self.mails()

    def make_folder(self, name: str) -> None:
        """Make another folder beside the INBOX."""
        login = (self.address, PASSWORD)
        with imaplib.IMAP4("127.0.0.1", self.ports["imap"]) as client:
            client.login(*login)
            made, _ = client.create(wire_name(name))
        assert made == "OK"

    def forget_uids(self) -> None:
        """Let every mail have another UID: nobody may be logged in meanwhile."""
        for file in self.maildir.glob("dovecot*"):
            file.unlink()

    def _make(self) -> None:
        for folder in (self.maildir.parent, self.maildir, *self._parts()):
            if not folder.exists():
                folder.mkdir()
                os.chown(folder, *self.owner)

    def _parts(self) -> Iterable[Path]:
        return (self.maildir / name for name in ("tmp", "new", "cur"))


_numbers = itertools.count(1)


class MailServers:
    """A running Postfix and a running Dovecot."""

    def __init__(self) -> None:
        if not all(path.exists() for path in NEEDED):
            raise NoMailServersError(NoMailServersError.__doc__)
        self.folder = Path(tempfile.mkdtemp(prefix="akademia-mail-"))
        names = ("smtp", "imap", "imaps", "lmtp")
        self.ports = dict(zip(names, _free_ports(len(names)), strict=True))
        self.certificate = self.folder / "certificate.pem"
        self.domain = DOMAINS[0]
        # Postfix is started by root alone, and Dovecot delivers for nobody who is root.
        self._as_root = () if os.geteuid() == 0 else ("sudo", "--non-interactive")
        user = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.owner = (user.pw_uid, user.pw_gid)
        self._write_down()
        words = (*self._as_root, "sh", "-c", KEEPER, "sh", self.folder)
        self._keeper = subprocess.Popen(words, stdin=subprocess.PIPE)
        try:
            self.start_imap()
            _wait_for_port(self.ports["smtp"])
        except MailServersNotReadyError as error:
            said = "\n".join(file.read_text() for file in (self.folder / "log").iterdir())
            self.stop()
            raise MailServersNotReadyError(f"{error} {said}") from None

    @property
    def smtp_url(self) -> str:
        """Where mail is handed over."""
        return f"smtp://127.0.0.1:{self.ports['smtp']}"

    @property
    def unknown_address(self) -> str:
        """An address that is accepted first and comes back as a report of non-delivery."""
        return f"{BOUNCING}@{DOMAINS[1]}"

    def add_mailbox(self, name: str) -> Mailbox:
        """Make a mailbox, or give the one there is."""
        address = name if "@" in name else f"{name}@{self.domain}"
        home = self.folder / "homes" / address
        if not home.exists():
            home.mkdir()
            os.chown(home, *self.owner)
            uid, gid = self.owner
            # A file of its own: Dovecot looks for changes of a file only once in a second.
            user = f"{address}:{{PLAIN}}{PASSWORD}:{uid}:{gid}::{home}::\n"
            (self.folder / "users" / address).write_text(user)
        return Mailbox(address, home / "Maildir", self.ports, self.owner)

    def remove_mailbox(self, address: str) -> None:
        """Let an address be unknown from now on: what comes to it is reported back (5.1.1)."""
        (self.folder / "users" / address).unlink()
        # Dovecot remembers for a moment that it knew the address.
        with smtplib.LMTP("127.0.0.1", self.ports["lmtp"]) as client:
            client.ehlo_or_helo_if_needed()
            client.mail(f"postmaster@{self.domain}")
            deadline = time.monotonic() + PATIENCE
            while client.rcpt(address)[0] == ACCEPTED:
                if time.monotonic() > deadline:
                    raise MailServersNotReadyError(f"{address} is still known")
                time.sleep(0.1)

    def own_mailbox(self) -> Mailbox:
        """Make a mailbox that no other test has."""
        return self.add_mailbox(f"skrzynka{next(_numbers)}")

    def send(self, raw: bytes, *, sender: str, to: str) -> None:
        """Hand a mail to Postfix."""
        with smtplib.SMTP("127.0.0.1", self.ports["smtp"]) as client:
            client.sendmail(sender, [to], raw)

    def start_imap(self) -> None:
        """Start Dovecot."""
        self._tell_dovecot()
        for name in ("imap", "imaps", "lmtp"):
            _wait_for_port(self.ports[name])

    def stop_imap(self) -> None:
        """Stop Dovecot and hang up on everybody who is logged in."""
        self._tell_dovecot("stop")

    def stop(self) -> None:
        """Stop both and remove all that they had."""
        self._keeper.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tell_dovecot(self, *words: str) -> None:
        command = (*self._as_root, SBIN / "dovecot", "-c", self.folder / "dovecot.conf", *words)
        subprocess.run(command, check=True)

    def _write_down(self) -> None:
        folder = self.folder
        folder.chmod(0o755)
        for name in ("postfix", "spool", "data", "log", "run", "state", "homes", "users"):
            (folder / name).mkdir()
        os.chown(folder / "homes", *self.owner)
        _make_certificate(folder)
        uid, gid = self.owner
        known = {**self.ports, "folder": folder, "uid": uid, "gid": gid}
        main = MAIN.format(**known, domains=", ".join(DOMAINS))
        (folder / "postfix" / "main.cf").write_text(main)
        (folder / "postfix" / "master.cf").write_text(MASTER.format(**known))
        (folder / "dovecot.conf").write_text(DOVECOT.format(**known))


def _make_certificate(folder: Path) -> None:
    files = ("-out", folder / "certificate.pem", "-keyout", folder / "key.pem")
    words = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    subject = ("-subj", "/CN=localhost", "-days", "2")
    names = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    subprocess.run(
        ("/usr/bin/openssl", *words, *subject, *names, *files), check=True, capture_output=True
    )


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def _wait_for_port(port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if time.monotonic() > give_up:
                raise MailServersNotReadyError(f"Nobody listens on port {port}.") from None
            time.sleep(0.02)
        else:
            return
