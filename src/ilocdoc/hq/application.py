"""The ASGI application: the endpoints, and every failure as a problem (RFC 9457)."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Receive, Scope, Send

from ilocdoc import __version__
from ilocdoc.hq import problems
from ilocdoc.hq.patience import impatient
from ilocdoc.hq.problems import BUSY_RETRY_S, ProblemError
from ilocdoc.hq.routes import MAX_MESSAGE_BYTES, ROUTES, Headquarters, session_device
from ilocdoc.hq.store import BusyError
from ilocdoc.record.errors import InputError, WireError
from ilocdoc.wire.messages import PROBLEM_PREFIX, Problem

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Requests being worked on; more are told to come back before their body is read."""
_TOO_SLOW, _TOO_LARGE, _UNAVAILABLE, _SERVER_FAULT = 408, 413, 503, 500
_NAMES = {
    401: "session",
    404: "unknown",
    405: "method",
    _TOO_LARGE: "size",
    415: "request",
    _SERVER_FAULT: "fault",
}


def make_application(hq: Headquarters) -> ASGIApp:
    """Return the application over its parts."""
    inner = Litestar(
        route_handlers=ROUTES,
        dependencies={
            "hq": Provide(lambda: hq, sync_to_thread=False),
            "device": Provide(session_device, sync_to_thread=False),
        },
        state=State({"hq": hq}),
        exception_handlers=_HANDLERS,
        request_max_body_size=MAX_MESSAGE_BYTES,
        openapi_config=OpenAPIConfig(
            title="ilocdoc headquarters",
            version=__version__,
            path="/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )
    return _Door(inner)


class _Door:
    """Lets so many in at once, and answers for what nobody else caught."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        if self._inside >= MOST_AT_ONCE:
            await _send_problem(problems.busy().problem, send)
            return
        self._inside += 1
        try:
            await self._inner(scope, impatient(receive), send)
        except Exception as error:  # the outermost handler: whatever it is, HQ goes on
            # The text of an unknown error may hold what a person wrote: only its kind is kept.
            logger.error("a request failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            await _send_problem(_fault().problem, send)
        finally:
            self._inside -= 1


async def _send_problem(problem: Problem, send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json")]
    if problem.status == _UNAVAILABLE:
        headers.append((b"retry-after", str(BUSY_RETRY_S).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    body = msgspec.json.encode(problem)
    await send({"type": "http.response.body", "body": body, "more_body": False})


# --- failures -------------------------------------------------------------------------


def _fault() -> ProblemError:
    return ProblemError("fault", status=_SERVER_FAULT, title="Headquarters made an error.")


def _respond(problem: Problem) -> Response[bytes]:
    headers = {"retry-after": str(BUSY_RETRY_S)} if problem.status == _UNAVAILABLE else {}
    if problem.status == _TOO_SLOW:
        headers["connection"] = "close"
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def _for_problem(_request: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    return _respond(error.problem)


def _for_input(_request: Request[Any, Any, Any], error: InputError | WireError) -> Response[bytes]:
    return _respond(problems.bad_request(error.headline).problem)


def _for_busy(_request: Request[Any, Any, Any], _error: BusyError) -> Response[bytes]:
    return _respond(problems.busy().problem)


def _for_refused_data(_request: Request[Any, Any, Any], _error: Exception) -> Response[bytes]:
    # For example a NUL character, which text in PostgreSQL cannot hold, or endless nesting.
    return _respond(problems.bad_request("The message holds what cannot be kept.").problem)


def _for_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    # The detail of a validation error quotes the message, so it is not repeated.
    titles = {
        404: "There is nothing at this address.",
        _TOO_LARGE: "This is more than can be taken at once.",
    }
    problem = Problem(
        type=PROBLEM_PREFIX + _NAMES.get(error.status_code, "request"),
        title=titles.get(error.status_code, "The request is not what this address takes."),
        status=error.status_code,
    )
    return _respond(problem)


def _for_anything(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    logger.error("a request failed: %s", type(error).__name__)
    return _respond(_fault().problem)


_HANDLERS: dict[Any, Callable[..., Response[bytes]]] = {
    ProblemError: _for_problem,
    InputError: _for_input,
    WireError: _for_input,
    BusyError: _for_busy,
    psycopg.DataError: _for_refused_data,
    RecursionError: _for_refused_data,
    HTTPException: _for_http,
    Exception: _for_anything,
}
