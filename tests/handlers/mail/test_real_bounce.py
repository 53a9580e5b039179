"""A letter to nobody comes back through real mail servers, and the chat takes over."""

from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy import select

from delivery.smtp_url import SmtpUrl
from programme.notices import Notice, tell
from storage import people
from storage.mail_tables import bounce, staff_task
from storage.outbox import REMINDER
from storage.tables import contact, outbox, person
from tests.handlers.scene import Scene, heard
from tests.mail_servers import MailServers
from tests.programme.returned import LETTER
from tests.storage.rows import make_person


async def test_a_letter_that_comes_back_is_said_in_the_chat_and_staff_are_asked(
    silent: Scene, mail_servers: MailServers
) -> None:
    mailbox, unknown = mail_servers.own_mailbox(), mail_servers.unknown_address
    changes = {
        "smtp_url": SmtpUrl.parse(mail_servers.smtp_url),
        "mail_from": f"Akademia <{mailbox.address}>",
        "imap_url": SecretStr(mailbox.imap_url),
        "mail_plus": True,
    }
    silent.settings = silent.settings.model_copy(update=changes)
    await silent.start()
    ewa, maria = silent.visitor(1, "Ewa"), silent.visitor(9, "Maria")
    await silent.make_staff(maria)
    await ewa.send("/pomoc")
    await silent.settle()
    said = len(heard(ewa))

    async with silent.database.transaction() as tx:
        number = await make_person(tx, name="Ewa Wzorowa", chat=1, mail=unknown)
        await people.change(tx, number, channel="mail", phone="600 100 200")
        now = silent.clock()
        letter = Notice(
            "invitation", "zaproszenie:1", LETTER, REMINDER, now, now + timedelta(days=5)
        )
        way = await tell(tx, letter, person=await people.get(tx, number), now=now)
    await silent.process.ticker.tick()

    async def has_come_back() -> bool:
        return len(heard(ewa)) > said

    await silent.until(has_come_back)
    # The message is heard a moment before its row is noted as sent.
    await silent.settle()

    assert way == "mail"
    assert "Zapraszamy." in heard(ewa)[-1].text
    async with silent.database.reading() as tx:
        dead = select(contact.c.unreachable_at).where(contact.c.address == unknown)
        assert await tx.scalar(dead) is not None
        counted = (await tx.execute(select(bounce.c.is_hard, bounce.c.status))).all()
        assert [tuple(row) for row in counted] == [(True, "5.1.1")]
        ways = select(outbox.c.key, outbox.c.state).where(outbox.c.kind == "invitation")
        assert {row.key: row.state for row in await tx.execute(ways)} == {
            "zaproszenie:1:mail": "sent",
            "zaproszenie:1:telegram": "sent",
        }
        (asked,) = (await tx.execute(select(staff_task.c.kind, staff_task.c.facts))).all()
        assert (asked.kind, asked.facts["phone"], asked.facts["chat"]) == (
            "address",
            "600 100 200",
            True,
        )
        assert await tx.scalar(select(person.c.channel).where(person.c.id == number)) == "mail"
    await silent.process.ticker.tick()
    await silent.settle()
    assert heard(maria)[-1].text.startswith("Jest 1 nowa sprawa do załatwienia")
    listed = await silent.say(maria, "/zadania")
    assert "Poprosić o nowy adres e-mail: Ewa Wzorowa" in listed[-1].text
