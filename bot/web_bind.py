"""Where the web port listens."""

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from bot.sayable import Sayable
from texts.translator import mark


class PortTaken(OSError):
    """The address of the web port cannot be listened on."""


@dataclass(frozen=True)
class WebBind:
    """An address of this machine and a port; port 0 picks a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_bind(text: str) -> WebBind:
    """Read `127.0.0.1:8081` or `[::1]:8081`; raises ValueError."""
    host, colon, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        address = None
    is_port = re.fullmatch(r"\d{1,5}", port, re.ASCII) and int(port) < 2**16
    if not colon or address is None or not is_port:
        words = mark("must be an address of this machine, a colon and a port")
        raise ValueError(Sayable(words))
    return WebBind(str(address), int(port))


def listen(bind: WebBind) -> socket.socket:
    """Take the port; whoever connects waits until he is served. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((bind.host, bind.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise PortTaken(error.errno, error.strerror, str(bind)) from None
    return listening
