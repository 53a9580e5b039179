"""`akademia` with short leases and naps, so that a test need not wait for what dies."""

import sys
from datetime import timedelta

from bot import cli, process
from handlers import lanes
from programme import notice_policy
from scheduler import carriers, sending, ticks
from storage import leases

DUTY, ROW = timedelta(seconds=2), timedelta(seconds=3)


def main() -> None:
    """Run the command line."""
    leases.LENGTH = DUTY
    carriers.ChatCarrier.lease = carriers.MailCarrier.lease = ROW
    ticks.TICK_SECONDS = 1
    lanes.LONGEST_NAP = sending.LONGEST_NAP = process.RELEASED_LOOK_SECONDS = 0.1
    # What a dead sender may have sent is sent once more without waiting for a minute.
    object.__setattr__(notice_policy.MARKED_AGAIN, "after", timedelta(0))
    sys.argv[0] = "akademia"
    cli.main()


if __name__ == "__main__":
    main()
