"""Staff see results in the chat: a question, groups, two waves, and what people wrote."""

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.questions import Option, Question
from storage import waves
from tests.handlers.scene import Scene
from tests.handlers.telegram.desk_scene import COORDINATOR
from tests.programme.answered import make_survey, make_wave

YES_NO = (Option("yes", "Tak"), Option("no", "Nie"))
KNOWS = Question("zna", "yes_no", "Czy znają Państwo organizację?", YES_NO)
TRUST = Question("ufam", "scale", "Jak bardzo im Państwo ufają?", low_label="wcale")
WORD = Question("uwagi", "long_text", "Co jeszcze?")


def words(message: SeenMessage) -> str:
    return message.text.replace("\u00a0", " ")


def data(message: SeenMessage, label: str) -> str:
    """Find what lies behind a button by its words."""
    found = [one for row in message.rows for one in row if one["text"].startswith(label)]
    assert found, (label, message.rows)
    return str(found[0]["callback_data"])


async def _results(scene: Scene) -> tuple[Visitor, SeenMessage]:
    """Let Irena go from the desk to the first question of the first wave."""
    first = await two_waves(scene)
    irena = scene.visitor(COORDINATOR, "Irena")
    (desk,) = await scene.say(irena, "/ankiety")
    (survey,) = await scene.tap(irena, data(desk, "Mieszkańcy"))
    (wave,) = await scene.tap(irena, f"qw:{first}")
    assert survey.rows
    (found,) = await scene.tap(irena, data(wave, "Zobacz wyniki"))
    return irena, found


async def two_waves(scene: Scene) -> int:
    before = {
        f"person:{n}": {"zna": "no" if n < 9 else "yes", "ufam": str(1 + n % 2), "uwagi": "Chodnik"}
        for n in range(12)
    }
    after = {f"person:{n}": {"zna": "yes", "ufam": str(4 + n % 2)} for n in range(12)}
    async with scene.database.transaction() as tx:
        survey = await make_survey(tx, KNOWS, TRUST, WORD)
        first = await make_wave(tx, survey, before, key="baseline")
        last = await make_wave(tx, survey, after, key="endline", days=9, state=waves.OPEN)
    assert last.state == waves.OPEN
    return first.id


async def test_results_are_read_question_by_question(scene: Scene) -> None:
    irena, knows = await _results(scene)

    (trust,) = await scene.tap(irena, data(knows, "Następne »"))
    (groups,) = await scene.tap(irena, data(trust, "Podziel na grupy"))
    (split,) = await scene.tap(irena, data(groups, KNOWS.label))

    assert "Tak – 3 (25%)\nNie – 9 (75%)" in words(knows)
    assert "Średnia: 1,5 (przypadek mógł ją przesunąć: od 1,17 do 1,83)" in words(trust)
    assert [bool(each.photo) for each in (knows, trust)] == [True, True]
    assert "Tak\nOdpowiedzi: 3\nŚrednia: 1,67" in words(split)


async def test_waves_are_compared_in_sentences_and_figures(scene: Scene) -> None:
    irena, knows = await _results(scene)

    (choice,) = await scene.tap(irena, data(knows, "Porównaj z inną turą"))
    (compared,) = await scene.tap(irena, choice.rows[0][0]["callback_data"])
    (trust,) = await scene.tap(irena, data(compared, "Następne »"))

    assert "„Tak” wybierano częściej: poprzednio 25%, teraz 100%" in words(compared)
    assert "dokładny test McNemara: p = 0,004" in words(compared)
    assert "Wyżej niż poprzednio: 12, niżej: 0, tak samo: 0." in words(trust)
    assert "nie dlaczego" in words(trust)
    assert trust.photo


async def test_open_answers_are_tagged_in_words_and_by_a_press(scene: Scene) -> None:
    irena, knows = await _results(scene)

    (trust,) = await scene.tap(irena, data(knows, "Następne »"))
    (word,) = await scene.tap(irena, data(trust, "Następne »"))
    (listed,) = await scene.tap(irena, data(word, "Przeczytaj wypowiedzi"))
    (one,) = await scene.tap(irena, data(listed, "Dodaj etykietę do odpowiedzi 1"))
    await scene.tap(irena, data(one, "Nowa etykieta"))
    (refused,) = await scene.say(irena, "x" * 61)
    (tagged,) = await scene.say(irena, "drogi i chodniki")
    (again,) = await scene.tap(irena, data(tagged, "✓ drogi i chodniki"))

    assert words(listed).count("Chodnik") == 5
    assert "Proszę napisać nową etykietę" in words(refused)
    assert "drogi i chodniki" in words(tagged)
    assert "drogi i chodniki" not in words(again)
