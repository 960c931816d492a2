"""Serves the application over TLS and says on which port."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from litestar.types import ASGIApp

from ilocdoc.disk import write_file
from ilocdoc.hq.patience import WaryProtocol
from ilocdoc.record.errors import HeadquartersError

_FINISH_WITHIN_S = 10
_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a socket on a host and port; port 0 takes a free one.

    Raises:
        HeadquartersError: If the address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise _no_address(host, port) from error
    # With the protocol named, asyncio turns Nagle's delay off: 40 ms on every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _no_address(host, port) from error
    return listener


def _no_address(host: str, port: int) -> HeadquartersError:
    return HeadquartersError(
        f"Port {port} on {host} cannot be used.", "Choose another port, or --port 0."
    )


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def serve(
    application: ASGIApp,
    listener: socket.socket,
    *,
    certificate: Path,
    key: Path,
    ready: Callable[[], None],
) -> None:
    """Serve until a signal; requests that are being worked on are finished first."""
    config = uvicorn.Config(
        application,
        http=WaryProtocol,
        ws="none",
        lifespan="off",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_config=None,
        # An access log would hold star numbers; the ledger says who did what.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_WITHIN_S,
    )
    server = _Server(config, ready)
    asyncio.run(server.serve(sockets=[listener]))


def write_port(path: Path, port: int) -> None:
    """Write the port for whoever waits for it; whole or not at all."""
    write_file(path, f"{port}\n".encode())
