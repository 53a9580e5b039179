import random

import pytest

from programme import survey_comparison, survey_grouping, survey_results
from programme.questions import Option, Question
from programme.result_refusals import ComparisonLater, GroupsLater, GroupUnfit
from programme.survey_differences import NotTested
from storage import waves
from storage.database import Database
from tests.programme.answered import answer, make_survey, make_wave

YES_NO = (Option("yes", "Tak"), Option("no", "Nie"))
KNOWS = Question("zna", "yes_no", "Czy znają Państwo organizację?", YES_NO, hard_to_say=True)
TRUST = Question("ufam", "scale", "Jak bardzo im Państwo ufają?", low_label="wcale")
AREAS = Question(
    "dziedziny", "multiple", "W czym pomagają?", (Option("s", "Sport"), Option("k", "Kultura"))
)
ORDER = Question("waga", "ranking", "Co ważniejsze?", (Option("a", "A"), Option("b", "B")))
AGE = Question("wiek", "number", "Ile mają Państwo lat?")
DAY = Question("dzien", "date", "Kiedy?")
WORD = Question("uwagi", "long_text", "Co jeszcze?")
ALL = (KNOWS, TRUST, AREAS, ORDER, AGE, DAY, WORD)
K = 5


async def test_results_count_every_kind(database: Database) -> None:
    said = {
        "person:1": {"zna": "yes", "ufam": "4", "dziedziny": "s k", "waga": "b a", "wiek": "40.5"},
        "person:2": {"zna": "_hard_to_say", "ufam": "2", "dziedziny": "k", "dzien": "2027-05-01"},
        "person:3": {"zna": "yes", "ufam": "3", "waga": "a b", "uwagi": "Dziękuję"},
    }
    async with database.transaction() as tx:
        survey = await make_survey(tx, *ALL)
        await make_wave(tx, survey, said, state=waves.OPEN)
        found = await survey_results.results(
            tx, survey_key=survey.key, wave_key="baseline", member=None
        )

    by_key = {one.question.key: one for one in found.questions}
    assert (found.responses, found.complete, found.asked, found.is_live) == (3, 3, 0, False)
    assert by_key["zna"].missing == (("_hard_to_say", 1),)
    assert [(one.key, one.count, one.share) for one in by_key["zna"].options] == [
        ("yes", 2, 1.0),
        ("no", 0, 0.0),
    ]
    assert [one.label for one in by_key["ufam"].options] == ["1 – wcale", "2", "3", "4", "5"]
    trust, age = by_key["ufam"].figures, by_key["wiek"].figures
    assert trust is not None
    assert (trust.n, trust.mean, trust.median) == (3, 3, 3)
    assert [(one.key, one.count) for one in by_key["dziedziny"].options] == [("s", 1), ("k", 2)]
    assert [one.mean for one in by_key["waga"].ranks] == [1.5, 1.5]
    assert age is not None
    assert (age.n, age.mean, age.sd) == (1, 40.5, None)
    assert (by_key["uwagi"].n, by_key["uwagi"].options) == (1, ())


async def test_groups_of_a_named_survey_have_everybody(database: Database) -> None:
    said = {
        "person:1": {"zna": "yes", "ufam": "5"},
        "person:2": {"zna": "no", "ufam": "1"},
        "person:3": {"ufam": "2"},
    }
    async with database.transaction() as tx:
        survey = await make_survey(tx, *ALL)
        await make_wave(tx, survey, said)
        found = await survey_results.results(
            tx, survey_key=survey.key, wave_key="baseline", group_by="zna", member=None
        )
        for key in ("dziedziny", "nothing"):
            with pytest.raises(GroupUnfit):
                await survey_results.results(
                    tx, survey_key=survey.key, wave_key="baseline", group_by=key, member=None
                )

    means = {one.key: one.questions[0].figures for one in found.groups}
    assert {key: one.mean if one else None for key, one in means.items()} == {
        "yes": 5,
        "no": 1,
        "": 2,
    }


@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_of_groups_leaves_no_few_people_over(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- makes examples
    keys = ["yes", "no", "_hard_to_say", ""]
    tallies: dict[str, dict[str, dict[str, int]]] = {}
    sizes = {}
    for key in keys:
        size = chance.choice([0, 2, 4, 8, 30])
        points = [chance.choice("12345") for _ in range(max(0, size - chance.randint(0, 3)))]
        sizes[key] = size
        tallies[key] = {"ufam": {point: points.count(point) for point in set(points)}}
        chosen = [chance.choice(["s", "k"]) for _ in range(size)]
        tallies[key]["rodzaj"] = {each: chosen.count(each) for each in set(chosen)}
    kind = Question("rodzaj", "choice", "Rodzaj", AREAS.options)

    found = survey_grouping.groups([KNOWS, TRUST, kind], KNOWS, tallies, sizes, threshold=K)

    shown = {one.key: one for one in found if not one.is_hidden}
    left_over = sum(sizes.values()) - sum(sizes[key] for key in shown)
    assert left_over == 0 or left_over >= K
    assert all(sizes[key] >= K for key in shown)
    answered = {key: sum(tallies[key]["ufam"].values()) for key in keys}
    told = [key for key, one in shown.items() if one.questions[0].figures]
    assert all(answered[key] >= K for key in told)
    rest = sum(answered.values()) - sum(answered[key] for key in told)
    assert rest == 0 or rest >= K
    for option in ("s", "k"):
        cells = {key: tallies[key]["rodzaj"].get(option, 0) for key in keys}
        seen = {
            key: share.count
            for key, one in shown.items()
            for share in one.questions[1].options
            if share.key == option and not share.is_hidden
        }
        assert seen == {key: cells[key] for key in seen}
        assert not [count for count in seen.values() if 0 < count < K]
        unseen = [cells[key] for key in keys if key not in seen and sizes[key]]
        whole = sum(cells.values())
        assert sum(unseen) == 0 or sum(unseen) >= K or whole < K


async def test_an_open_anonymous_wave_changes_by_steps(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, KNOWS, privacy="anonymous")
        wave = await make_wave(tx, survey, {}, state=waves.OPEN)
        shown = []
        for number in range(16):
            await answer(tx, survey, wave, {f"a:{number}": {"zna": "yes" if number % 3 else "no"}})
            found = await survey_results.results(
                tx, survey_key=survey.key, wave_key=wave.key, member=None
            )
            shown.append((found.responses, found.questions[0].n))
        with pytest.raises(GroupsLater):
            await survey_results.results(
                tx, survey_key=survey.key, wave_key=wave.key, group_by="zna", member=None
            )
        await waves.close(tx, wave.id, now=wave.opens_at)
        found = await survey_results.results(
            tx, survey_key=survey.key, wave_key=wave.key, member=None
        )

    assert shown == [(n, 0 if n < 10 else 5 if n < 15 else 10) for n in range(1, 17)]
    assert (found.questions[0].n, found.is_live) == (16, False)


async def test_few_anonymous_answers_are_not_shown(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, KNOWS, TRUST, privacy="anonymous")
        said = {f"a:{n}": {"zna": "yes"} | ({"ufam": "5"} if n < 4 else {}) for n in range(9)}
        await make_wave(tx, survey, said)
        found = await survey_results.results(
            tx, survey_key=survey.key, wave_key="baseline", member=None
        )

    assert [one.is_hidden for one in found.questions] == [False, True]
    assert (found.questions[1].n, found.questions[1].figures) == (0, None)


async def test_comparison_keeps_pairs_and_others_apart(database: Database) -> None:
    before = {f"p:b{n}": {"ufam": str(1 + n % 3), "zna": "no"} for n in range(16)}
    after = {f"p:a{n}": {"ufam": str(3 + n % 3), "zna": "yes"} for n in range(14)}
    links = {f"p:b{n}": f"link{n}" for n in range(10)}, {f"p:a{n}": f"link{n}" for n in range(10)}
    async with database.transaction() as tx:
        survey = await make_survey(tx, KNOWS, TRUST, ORDER, privacy="pseudonymous")
        await make_wave(tx, survey, before, key="baseline", links=links[0])
        await make_wave(tx, survey, after, key="endline", days=99, links=links[1])
        found = await survey_comparison.compare(
            tx, survey_key=survey.key, before="baseline", after="endline", member=None
        )

    assert (found.matched, found.unmatched_before, found.unmatched_after) == (10, 6, 4)
    knows, trust, order = found.questions
    assert (trust.pairs, trust.others_before, trust.others_after) == (10, 6, 4)
    assert isinstance(trust.paired, tuple)
    assert (trust.paired[0].name, trust.paired[0].up, trust.paired[0].n_before) == (
        "wilcoxon",
        10,
        10,
    )
    assert trust.unpaired == NotTested("too_few", 6, 4)
    assert isinstance(knows.paired, tuple)
    assert (knows.paired[0].name, knows.paired[0].up) == ("mcnemar", 10)
    assert order.paired == NotTested("not_comparable")


async def test_comparison_of_an_anonymous_survey_waits_and_hides_few_left_over(
    database: Database,
) -> None:
    before = {f"a:b{n}": {"ufam": str(1 + n % 3)} for n in range(12)}
    after = {f"a:a{n}": {"ufam": str(3 + n % 3)} for n in range(10)}
    links = {f"a:b{n}": f"link{n}" for n in range(10)}, {f"a:a{n}": f"link{n}" for n in range(10)}
    async with database.transaction() as tx:
        survey = await make_survey(tx, TRUST, privacy="anonymous")
        await make_wave(tx, survey, before, key="baseline", links=links[0])
        last = await make_wave(
            tx, survey, after, key="endline", days=9, links=links[1], state=waves.OPEN
        )
        asked = {"survey_key": survey.key, "before": "baseline", "after": "endline"}
        with pytest.raises(ComparisonLater):
            await survey_comparison.compare(tx, **asked, member=None)
        await waves.close(tx, last.id, now=last.opens_at)
        found = await survey_comparison.compare(tx, **asked, member=None)

    # All 12 less the 10 pairs would be two people.
    (trust,) = found.questions
    assert (trust.paired, trust.unpaired) == (NotTested("hidden"), NotTested("hidden"))
    assert (trust.pairs, trust.before.n, trust.after.n) == (0, 12, 10)
