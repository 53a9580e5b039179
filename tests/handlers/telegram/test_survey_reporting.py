"""Staff get reports as a PDF in the chat: of one survey, and of the whole programme."""

import threading
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from delivery import typeset
from programme.refusals import NotStaff
from programme.survey_refusals import NothingToReport, WaveUnknown
from tests.handlers.scene import Scene, sentence
from tests.handlers.telegram.desk_scene import COORDINATOR
from tests.handlers.telegram.test_survey_results import data, two_waves
from tests.programme.answered import make_survey
from tests.programme.audience import make_staff

VIEWER = 7788
REPORT, PROGRAMME = "Raport w PDF", "Raport z całego programu (PDF)"


def read_pages(content: bytes) -> list[str]:
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return [" ".join(each.split()) for each in pages]


async def test_report_of_a_survey_is_sent_from_its_card_and_its_wave(scene: Scene) -> None:
    first = await two_waves(scene)
    irena = scene.visitor(COORDINATOR, "Irena")
    (desk,) = await scene.say(irena, "/ankiety")
    (survey,) = await scene.tap(irena, data(desk, "Mieszkańcy"))
    (from_survey,) = await scene.tap(irena, data(survey, REPORT))
    (back,) = await scene.tap(irena, data(from_survey, "Wróć do ankiety"))
    (wave,) = await scene.tap(irena, f"qw:{first}")
    (from_wave,) = await scene.tap(irena, data(wave, REPORT))

    assert from_survey.document
    assert from_wave.document
    assert from_survey.document.filename == "raport-mieszkancy.pdf"
    assert from_survey.document.content == from_wave.document.content
    pages = read_pages(from_survey.document.content)
    assert "Mieszkańcy o organizacjach" in pages[0]
    assert "Chodnik" in "".join(pages)
    assert back.buttons == survey.buttons


async def test_report_of_the_programme_is_set_beside_the_loop(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_waves(scene)
    threads: list[int] = []
    really = typeset.pdf

    def watched(*given: Any) -> bytes:
        threads.append(threading.get_ident())
        return really(*given)

    monkeypatch.setattr(typeset, "pdf", watched)
    irena = scene.visitor(COORDINATOR, "Irena")
    (desk,) = await scene.say(irena, "/ankiety")
    (report,) = await scene.tap(irena, data(desk, PROGRAMME))

    assert report.document
    assert report.document.filename == "raport-z-programu.pdf"
    assert "Raport z ewaluacji programu" in read_pages(report.document.content)[0]
    assert [one == threading.get_ident() for one in threads] == [False]


async def test_survey_that_nobody_was_asked_has_no_report(scene: Scene) -> None:
    async with scene.database.transaction() as tx:
        survey = await make_survey(tx, key="pusta")
    irena = scene.visitor(COORDINATOR, "Irena")
    (desk,) = await scene.say(irena, "/ankiety")
    (card,) = await scene.tap(irena, f"qv:{survey.id}")
    (early,) = await scene.press(irena, desk.message_id, f"mr:{survey.id}")
    (unknown,) = await scene.press(irena, desk.message_id, "mr:99999")

    assert REPORT not in card.buttons
    said = [one.text.partition("\n\n")[0] for one in (early, unknown)]
    assert said == [sentence(NothingToReport()), sentence(WaveUnknown())]


async def test_viewer_is_offered_no_report_and_gets_none(scene: Scene) -> None:
    first = await two_waves(scene)
    async with scene.database.transaction() as tx:
        await make_staff(tx, chat_id=VIEWER, role="viewer")
    olga = scene.visitor(VIEWER, "Olga")
    (desk,) = await scene.say(olga, "/ankiety")
    (survey,) = await scene.tap(olga, data(desk, "Mieszkańcy"))
    (wave,) = await scene.tap(olga, f"qw:{first}")
    (refused,) = await scene.press(olga, desk.message_id, "mrr")

    offered = {*desk.buttons, *survey.buttons, *wave.buttons}
    assert offered & {REPORT, PROGRAMME} == set()
    assert refused.text.partition("\n\n")[0] == sentence(NotStaff())
    assert refused.document is None
