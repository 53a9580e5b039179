"""Surveys for tests of their pages: one with every kind of question, opened by hand."""

from dataclasses import dataclass
from datetime import timedelta

from programme import surveys
from programme.forms import Condition, Form, Option, Question
from storage import survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave
from tests.handlers.web.house import ADDRESS, House
from tests.storage.rows import NOW, make_person, make_programme

KEY = "milki23"
ANSWERS = ("a", "b", "c")
AGREE = (
    Option("trust", "Urząd słucha organizacji"),
    Option("know", "Wiem, czym są konsultacje"),
    Option("join", "Chcę brać udział w konsultacjach, nawet jeśli zabierają mi czas"),
)
QUESTIONS = (
    Question("hello", "info", "Pytamy o organizacje w gminie.\n\nNie ma złych odpowiedzi."),
    Question(
        "village",
        "choice",
        "W której miejscowości Państwo mieszkają?",
        (Option("m", "Miłki"), Option("r", "Rydzewo <b>nad</b> jeziorem"), Option("o", "Inna")),
        no_answer=True,
    ),
    Question("other", "text", "W jakiej?", when=Condition("village", ("o",)), required=False),
    Question(
        "heard",
        "multiple",
        "O których organizacjach Państwo słyszeli?",
        (Option("kgw", "Koło Gospodyń"), Option("osp", "Straż"), Option("lks", "Klub sportowy")),
        at_most=2,
        hard_to_say=True,
    ),
    Question(
        "rate",
        "scale",
        "Jak oceniają Państwo współpracę urzędu z organizacjami?",
        low_label="bardzo źle",
        high_label="bardzo dobrze",
        hard_to_say=True,
    ),
    Question(
        "agree",
        "matrix",
        "Na ile zgadzają się Państwo z tymi zdaniami?",
        rows=AGREE,
        low_label="wcale się nie zgadzam",
        high_label="całkowicie się zgadzam",
        hard_to_say=True,
    ),
    Question(
        "order",
        "ranking",
        "Co jest dla Państwa najważniejsze?",
        tuple(Option(key, f"Sprawa {key.upper()}") for key in ANSWERS),
        at_least=2,
        at_most=2,
        no_answer=True,
    ),
    Question(
        "years",
        "number",
        "Od ilu lat mieszkają Państwo w gminie?",
        minimum=0,
        maximum=110,
        unit="lat",
    ),
    Question("since", "date", "Kiedy ostatnio byli Państwo na zebraniu?", hard_to_say=True),
    Question(
        "member",
        "yes_no",
        "Czy należą Państwo do organizacji?",
        (Option("yes", "Tak"), Option("no", "Nie")),
    ),
    Question("why", "long_text", "Co mogłoby być lepiej?", required=False, max_length=1000),
)
FILE = Question("photo", "file", "Zdjęcie z zebrania", required=False)
SHORT = (
    Question(
        "know",
        "yes_no",
        "Czy znają Państwo organizacje?",
        (Option("yes", "Tak"), Option("no", "Nie")),
    ),
    Question(
        "which", "text", "Jakie organizacje?", when=Condition("know", ("yes",)), required=False
    ),
)
ENGLISH = (
    Question(
        "know",
        "yes_no",
        "Czy znają Państwo organizacje?",
        (Option("yes", "Tak", "Yes"), Option("no", "Nie", "No")),
        label_en="Do you know any organisations?",
    ),
    Question(
        "which",
        "text",
        "Jakie organizacje?",
        when=Condition("know", ("yes",)),
        required=False,
        label_en="Which organisations?",
    ),
)


@dataclass(frozen=True)
class Asked:
    """A survey with one wave."""

    survey: Survey
    wave: Wave
    form: Form


async def make_survey(
    tx: Tx,
    *,
    key: str = "mieszkancy",
    questions: tuple[Question, ...] = QUESTIONS,
    privacy: str = "named",
    public_key: str | None = None,
    linked: bool = False,
    state: str = waves.OPEN,
    days: int = 14,
    most: int | None = None,
    title_en: str = "",
) -> Asked:
    """Add a survey with a wave that is open for some days."""
    form = Form(
        key,
        1,
        questions,
        title="Mieszkańcy o organizacjach",
        title_en=title_en,
        intro="Prosimy o kilka minut. Wyniki pokażemy na zebraniu.",
        thanks="Wyniki pokażemy wiosną.",
        linked=linked,
    )
    row = await surveys.keep_form(tx, form, now=NOW)
    survey = await store.add(
        tx, key=key, kind="survey", form_id=row.id, event_id=None, wave="", now=NOW, privacy=privacy
    )
    assert survey is not None
    wave = await waves.add(
        tx,
        survey_id=survey.id,
        key="baseline",
        opens_at=NOW,
        closes_at=NOW + timedelta(days=days),
        now=NOW,
        state=state,
        public_key=public_key,
        most_responses=most,
    )
    assert wave is not None
    return Asked(survey, wave, form)


async def ask_by_letter(house: House, asked: Asked) -> tuple[int, str]:
    """Ask a person by letter; give the person and the path of the letter's page."""
    async with house.database.transaction() as tx:
        await make_programme(tx)
        person_id = await make_person(tx, mail=ADDRESS)
        owner = f"person:{person_id}"
        await survey_recipients.add(tx, asked.wave.id, [{"owner": owner, "person_id": person_id}])
    token = await house.door("survey_asked", person_id=person_id, wave=asked.wave.id, owner=owner)
    return person_id, f"/l/{token}"
