"""The people of the training's story: who speaks for eight organisations, and whom they name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Speaker:
    """Who speaks for an organisation of the register, and the mailbox of that organisation."""

    name: str
    mailbox: str
    chat_id: int


@dataclass(frozen=True)
class Named:
    """Somebody whom the organisation with this number in the list names."""

    name: str
    by: int
    chat_id: int

    @property
    def address(self) -> str:
        """The person's mailbox."""
        return f"osoba{self.chat_id}@milki.example.org"


SPEAKERS = tuple(
    Speaker(name, f"{box}@milki.example.org", 2001 + number)
    for number, (name, box) in enumerate(
        (
            ("Zofia Jagodna", "kgw.milki"),
            ("Teresa Polna", "kgw.rydzewo"),
            ("Barbara Leśna", "rudzianki"),
            ("Danuta Łąkowa", "kgw.staswiny"),
            ("Marianna Żytnia", "wyszowianki"),
            ("Lucyna Papierowa", "sekretarz"),
            ("Marek Stołowy", "gops"),
            ("Beata Urzędowa", "gok"),
        )
    )
)
NAMED = tuple(
    Named(name, by, 2101 + number)
    for number, (name, by) in enumerate(
        (
            ("Anna Wrzosowa", 0),
            ("Julia Kalinowa", 0),
            ("Ewa Kwiatowa", 1),
            ("Wanda Rzeczna", 2),
            ("Krystyna Świerkowa", 3),
            ("Urszula Zielna", 4),
            ("Grażyna Malinowa", 5),
            ("Tomasz Jeziorny", 6),
            ("Andrzej Sosnowy", 7),
            ("Ryszard Jesion", 1),
        )
    )
)
# Who cannot come after all, and in whose place the first organisation names another.
SWAPPED = Named("Maria Zajęta", 0, 2199)
