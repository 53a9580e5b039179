"""The pages of the web port."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from handlers.telegram.webhook import PATH
from handlers.web.health import Health
from handlers.web.metrics import Metrics
from handlers.web.updates import UpdateDoor


def build(*, health: Health, metrics: Metrics, updates: UpdateDoor | None) -> Starlette:
    """Wire the pages; without `updates` Telegram has no address here."""
    routes: list[BaseRoute] = [
        Route("/healthz", health.tell, methods=["GET"]),
        Route("/metrics", metrics.tell, methods=["GET"]),
    ]
    if updates is not None:
        routes.append(Route(PATH, updates.take, methods=["POST"]))
    return Starlette(routes=routes)
