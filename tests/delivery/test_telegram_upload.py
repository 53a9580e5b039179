from tests.delivery.clients import OK, Make, bot_at, both, limits, upload_much
from tests.delivery.wire import Peer, serving


async def answer_all(peer: Peer) -> None:
    while await peer.read_request():
        await peer.answer(200, OK)


@both
async def test_upload_reaches_the_server_whole_and_with_its_name(make: Make) -> None:
    async with serving(answer_all) as server, make(limits()) as request:
        await upload_much(bot_at(server.url, request))

    (body,) = server.requests
    assert b'filename="du\xc5\xbcy.bin"' in body
    assert b"x" * 2**25 in body
