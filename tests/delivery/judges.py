"""Programs of other people that judge our calendars: libical and Radicale."""

import ctypes
import http.client
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from radicale import config as radicale_config
from radicale.app import Application

CREATED, FOUND = 201, 200
# Anybody is who they say they are, but nobody is nobody.
_AS_ANNA = "Basic " + b64encode(b"anna:anna").decode()
_MAKE_CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>"""


@cache
def _libical() -> ctypes.CDLL:
    """Load Debian's libical3; a machine without it fails the tests, as one without Python would."""
    library = ctypes.CDLL("libical.so.3")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, takes, gives in (
        ("icalparser_parse_string", [text], pointer),
        ("icalrestriction_check", [pointer], ctypes.c_int),
        ("icalcomponent_count_errors", [pointer], ctypes.c_int),
        ("icalcomponent_as_ical_string", [pointer], text),
        ("icalcomponent_free", [pointer], None),
    ):
        function = getattr(library, name)
        function.argtypes, function.restype = takes, gives
    return library


def objections(content: bytes) -> list[str]:
    """List what libical says against a calendar: errors in it, or broken rules of RFC 5546."""
    library = _libical()
    parsed = library.icalparser_parse_string(content)
    if not parsed:
        return ["nothing could be read"]
    try:
        is_sound = library.icalrestriction_check(parsed) == 1
        counted = library.icalcomponent_count_errors(parsed)
        shown = library.icalcomponent_as_ical_string(parsed).decode()
        said = [line for line in shown.splitlines() if "X-LIC-ERROR" in line]
        return said if said or (is_sound and not counted) else ["a rule is broken"]
    finally:
        library.icalcomponent_free(parsed)


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the parent's name
        del format, args


class CalDav:
    """A calendar server on this machine, asked as a calendar program asks."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(
        self, method: str, path: str, body: bytes = b"", content_type: str = "text/calendar"
    ) -> tuple[int, bytes]:
        """Send one request and give the answer's status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            headers = {"Content-Type": content_type, "Authorization": _AS_ANNA}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def make_calendar(self, path: str) -> int:
        """Make an empty calendar."""
        return self.ask("MKCALENDAR", path, _MAKE_CALENDAR.encode(), "application/xml")[0]


@contextmanager
def radicale(folder: Path) -> Iterator[CalDav]:
    """Run Radicale over a folder of its own."""
    configuration = radicale_config.load()
    wanted = {
        "auth": {"type": "none"},
        "storage": {"filesystem_folder": str(folder)},
        "logging": {"level": "critical"},
    }
    configuration.update(wanted, "test", privileged=True)
    server = make_server("127.0.0.1", 0, Application(configuration), handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield CalDav(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
