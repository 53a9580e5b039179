import pytest

from delivery.telegram import make_bot
from delivery.telegram_request import AiohttpRequest, ProxyUnusable

PROXY = "http://proxy.example.org:3128"


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({"HTTPS_PROXY": PROXY}, "https://api.telegram.org", PROXY),
        ({"ALL_PROXY": PROXY}, "https://api.telegram.org", PROXY),
        ({"HTTPS_PROXY": "proxy.example.org:3128"}, "https://api.telegram.org", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://api.telegram.org", None),
        ({"HTTP_PROXY": PROXY}, "http://bot.example.org:8081", PROXY),
        (
            {"ALL_PROXY": PROXY, "NO_PROXY": "localhost, .telegram.org"},
            "https://api.telegram.org",
            None,
        ),
        ({"ALL_PROXY": PROXY}, "http://127.0.0.1:1", None),
        ({"ALL_PROXY": PROXY}, "http://localhost:1", None),
        ({}, "https://api.telegram.org", None),
    ],
)
def test_bot_for_the_internet_obeys_the_environments_proxy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, proxy: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    bot = make_bot("1:a", url)

    requests = [each for each in bot._request if isinstance(each, AiohttpRequest)]
    assert [each._proxy for each in requests] == [proxy, proxy]


def test_proxy_that_speaks_no_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks5://anna:tajne@proxy.example.org:1080")

    with pytest.raises(ProxyUnusable) as refused:
        make_bot("1:a", "https://api.telegram.org")

    assert "tajne" not in str(refused.value)
