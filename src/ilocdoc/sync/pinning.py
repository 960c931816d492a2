"""How requests travel: one certificate authority, no environment, patience while sending."""

import socket
import ssl
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection

SEND_S = 30
"""For one block of a body. urllib3 would apply the 5 seconds meant for connecting."""
DEAD_MS = 30_000
"""Bytes that nobody acknowledges for this long mean that the line is gone."""


class _PatientConnection(HTTPSConnection):
    """Gives a slow line time to take a block; without it a weak line never sends a part."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.timeout = SEND_S
        super().request(*args, **kwargs)


class _PatientPool(HTTPSConnectionPool):
    ConnectionCls = _PatientConnection


class PinnedAdapter(HTTPAdapter):
    """Accepts certificates of one root only, whatever the environment says."""

    def __init__(self, root_pem: str) -> None:
        """Pin a root.

        Args:
            root_pem: The agency's root certificate, checked at enrolment.

        Raises:
            ssl.SSLError: If this is no certificate.
        """
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.hostname_checks_common_name = False
        self._context.load_verify_locations(cadata=root_pem)
        super().__init__(pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool with our root and our connections."""
        super().init_poolmanager(
            *args, **kwargs, ssl_context=self._context, socket_options=_socket_options()
        )
        self.poolmanager.pool_classes_by_scheme = {"https": _PatientPool}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Leave the connection as it is: requests would add the public authorities here."""

    def close(self) -> None:
        """Close every connection now; urllib3 would leave that to the garbage collector."""
        pools = self.poolmanager.pools
        known = pools.keys()
        for key in known:
            pools[key].close()
        super().close()


def _socket_options() -> list[tuple[int, int, int]]:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_MS))
    return options
