"""A mail server that takes everything and costs next to nothing."""

import asyncio
from collections.abc import Callable

Kept = Callable[[str, bytes], None]
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE 33554432\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class SmtpSink(asyncio.Protocol):
    """One connection; `kept` is told the recipient and the bytes of every mail."""

    def __init__(self, kept: Kept | None) -> None:
        self._kept = kept
        self._transport: asyncio.WriteTransport
        self._buffer = bytearray()
        self._in_data = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 -- TCP gives nothing else
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command, and every mail after its final dot."""
        self._buffer += data
        while True:
            mark = b"\r\n.\r\n" if self._in_data else b"\r\n"
            end = self._buffer.find(mark)
            if end < 0:
                return
            taken = bytes(self._buffer[:end])
            del self._buffer[: end + len(mark)]
            if self._in_data:
                self._in_data = False
                if self._kept is not None:
                    self._kept(self._recipient, taken)
                self._transport.write(b"250 2.0.0 OK\r\n")
            else:
                self._command(taken)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        self._in_data = verb == b"DATA"
        self._transport.write(ANSWERS.get(verb, b"250 OK\r\n"))
