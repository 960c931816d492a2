"""How long headquarters waits for what a client sends; whoever waits blocks nobody.

Anybody can connect. Without these limits a few hundred connections that say nothing, or
never end what they say, would keep every laptop out.
"""

import asyncio
from asyncio import TimerHandle, Transport

from litestar.types import HTTPReceiveMessage, Receive
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ilocdoc.hq.problems import too_slow

HEAD_WITHIN_S = 20
"""From the first byte, or from the connection, to the end of the headers."""
MOST_HEAD_BYTES = 64 * 1024
BODY_PAUSE_S = 60
SLOW_BYTES_PER_S = 500
"""A body may take `BODY_PAUSE_S`, and a second more for each so many bytes that came."""


class WaryProtocol(HttpToolsProtocol):
    """HTTP that gives the head of a request a time and a size."""

    _due: TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless the head is too long already."""
        if self._due is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        # What comes with the last bytes of a head is body, so they are counted after.
        if self._due is not None and self._head_bytes > MOST_HEAD_BYTES:
            self.transport.close()
            return
        self._head_bytes += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Stop waiting: what follows is the application's."""
        self._stop_waiting()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._due = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


def impatient(receive: Receive) -> Receive:
    """Return `receive` with an end to the wait for a body.

    It raises `ProblemError` when the body does not go on, or trickles.
    """
    loop = asyncio.get_running_loop()
    started, received, is_whole = loop.time(), 0, False

    async def receive_in_time() -> HTTPReceiveMessage:
        """Return the next piece of the body, or raise `ProblemError`."""
        nonlocal received, is_whole
        if is_whole:
            return await receive()  # type: ignore[return-value] # only HTTP comes here
        ends = started + BODY_PAUSE_S + received / SLOW_BYTES_PER_S
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError as error:
            raise too_slow() from error
        if message["type"] == "http.request":
            is_whole = not message["more_body"]
            received += len(message["body"])
        return message  # type: ignore[return-value] # only HTTP comes here

    return receive_in_time
