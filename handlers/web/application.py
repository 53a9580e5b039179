"""The pages of the web port."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from handlers.telegram.webhook import PATH
from handlers.web.health import Health
from handlers.web.metrics import Metrics
from handlers.web.pages import not_found, not_so
from handlers.web.updates import UpdateDoor


def build(
    *,
    health: Health,
    metrics: Metrics,
    updates: UpdateDoor | None,
    pages: Sequence[BaseRoute] = (),
) -> Starlette:
    """Wire the pages; without `updates` Telegram has no address here, without `pages` nobody."""
    routes: list[BaseRoute] = [
        Route("/healthz", health.tell, methods=["GET"]),
        Route("/metrics", metrics.tell, methods=["GET"]),
    ]
    if updates is not None:
        routes.append(Route(PATH, updates.take, methods=["POST"]))
    kind = {404: not_found, 405: not_so} if pages else {}
    return Starlette(routes=[*routes, *pages], exception_handlers=kind)
