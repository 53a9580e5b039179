"""What every page tells the browser: keep it to yourself, run nothing, ask nobody else."""

import base64
import hashlib
from functools import cache

from texts.translator import TEMPLATES

STYLE_FILE = TEMPLATES / "pages" / "page.css"


@cache
def style() -> str:
    """Give the style sheet that stands in every page."""
    return STYLE_FILE.read_text(encoding="utf-8")


@cache
def page_headers() -> dict[str, str]:
    """Give the headers of a page.

    The style sheet is named by its hash, so that no other style and no script can run, whatever
    somebody has written as their name. The address of a page is a secret, so it is told to nobody
    (Referrer-Policy) and kept nowhere (no-store).
    """
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {"Content-Security-Policy": "; ".join(policy)} | bare_headers()


def bare_headers() -> dict[str, str]:
    """Give the headers of everything behind a door, files too."""
    return {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
