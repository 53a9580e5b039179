import re
from typing import Any

from playground.errors import BadRequest
from playground.params import Params
from playground.state import BotState
from playground.updates import Update
from playground.webhook import CONNECTIONS, Webhook

MOST_CONNECTIONS = 100
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(state: BotState, params: Params) -> list[Update]:
    """Return what waits for the bot, or wait for it."""
    return await state.updates.poll(
        offset=params.number("offset"),
        limit=params.number("limit", 100),
        seconds=params.number("timeout"),
        allowed=params.structure("allowed_updates"),
    )


def set_webhook(state: BotState, webhook: Webhook, params: Params) -> bool:
    """Deliver updates to an address from now on; an empty address goes back to getUpdates."""
    if params.flag("drop_pending_updates"):
        state.updates.drop_pending()
    url = params.text("url")
    if url and not url.startswith(("http://127.0.0.1:", "http://localhost:")):
        raise BadRequest("bad webhook: this server delivers on loopback only")
    secret = params.text("secret_token")
    if not SECRET.fullmatch(secret):
        raise BadRequest("secret token contains unallowed characters")
    state.updates.allow(params.structure("allowed_updates"))
    state.updates.interrupt()
    state.updates.webhook_url = url
    webhook.aim(url, secret, min(params.number("max_connections") or CONNECTIONS, MOST_CONNECTIONS))
    return True


def delete_webhook(state: BotState, webhook: Webhook, params: Params) -> bool:
    """Go back to getUpdates."""
    if params.flag("drop_pending_updates"):
        state.updates.drop_pending()
    state.updates.webhook_url = ""
    webhook.aim("", "")
    return True


def get_webhook_info(state: BotState, webhook: Webhook, _params: Params) -> dict[str, Any]:
    """Return the address and how delivery goes."""
    info: dict[str, Any] = {
        "url": state.updates.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.pending),
    }
    if webhook.last_error:
        info["last_error_date"] = int(state.clock().timestamp())
        info["last_error_message"] = webhook.last_error
    return info
