# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Acts of whole articles: each is drafted once, history and suppositions never."""

from __future__ import annotations

import pytest

from tests.intake.act_worlds import read_in

ACTS = ("deadline", "vote", "incident", "meeting", "plan", "role", "statement-withdrawn")
PORT = """\
CORK, 12 March (Port Wire) - Crane drivers at Portline voted by 212 to 31 on Wednesday night to \
walk out on 20 March unless the company withdraws its night shift rota.

The ballot, which was to have closed on Friday, was brought forward by the union's executive. \
Turnout was 88 per cent.

"This is the last thing our members wanted," Nora Quill said. Portline has until noon on Tuesday \
to reply, she added.

The company said it would study the result. Its own deadline for an answer to the final offer, \
20 March, was extended on Tuesday to 27 March.

The Labour Board has invited both sides to a meeting on Monday. It would be the fourth since \
January. A third round collapsed on 26 February after Portline refused to discuss pay.

A similar strike in 2014 lasted nineteen days and cost the port 40 million euros. The last vote, \
in 2022, was lost by 20 votes.

If no deal is reached by 20 March, ferries will stop. Cork City meet Bohemians on Friday. \
Portline's share price was struck by profit-taking on Monday.
"""
TRUCE = """\
At a glance

Amman, Thursday. The second round of talks between Northland and Southland began here on Tuesday \
and will continue until Saturday.

Overnight, shelling near Harra killed two children, the monitors said. Northland blamed \
Southland; Southland said that its guns had been silent.

Ada Lund told reporters that Northland would release forty captives by Sunday if Southland \
opened the crossing. The two delegations exchanged lists on Wednesday.

Southland's parliament is due to vote on the truce text next Tuesday. Its defence committee \
recommended it by nine votes to four on Monday.

The monitors were given until the end of the month to report on the withdrawal. On Wednesday \
they withdrew an earlier statement that troops had left Dera.

The foreign ministers' lunch was put off from Wednesday to Friday. A joint press conference, \
planned for this evening, was cancelled.
"""
GRAIN = """\
Київ, 12 березня. Третій раунд переговорів про зерно розпочнеться у Варшаві не 17, а 19 березня, \
повідомило Мінагрополітики.

У середу фермери розблокували пункт пропуску «Дорогуськ», який тримали два тижні. Під час \
сутички постраждали двоє поліцейських.

Сейм 230 голосами проти 201 відхилив поправку про квоти. Україна має час до кінця березня, щоб \
надати свої зауваження.

Польща подовжила ембарго на імпорт зерна до 1 квітня. Ірина Коваль заявила, що Київ дасть \
відповідь протягом тижня.

Торік подібне голосування провалили. Якщо раунд зірветься, сторони зустрінуться у Львові.
"""
TOLD = [
    (
        "labour",
        PORT,
        [
            "vote-held 2026-03-11",
            "deadline-set 2026-03-17",
            "deadline-extended 2026-03-27",
            "meeting-held 2026-02-26",
            "meeting-concluded 2026-02-26",
        ],
    ),
    (
        "truce",
        TRUCE,
        [
            "meeting-held 2026-03-10",
            "incident-reported [2026-03-11..2026-03-12]",
            "vote-held 2026-03-09",
            "deadline-set 2026-03-31",
        ],
    ),
    (
        "ukrainian",
        GRAIN,
        [
            "meeting-announced 2026-03-19",
            "incident-reported None",
            "vote-held None",
            "deadline-set 2026-03-31",
        ],
    ),
]


@pytest.mark.parametrize(("world", "text", "wanted"), TOLD)
def test_acts_of_an_article(world: str, text: str, wanted: list[str]) -> None:
    events = [draft.event for draft in read_in(world, text).drafts if draft.type.startswith(ACTS)]
    times = [event.get("due") or event.get("expected") or event["occurred"] for event in events]
    told = [f"{event['type']} {time}" for event, time in zip(events, times, strict=True)]
    assert told == wanted
