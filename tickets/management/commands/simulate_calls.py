"""Plays a telephone system to try the line with: calls come, wait, are answered, held, ended or given up."""

import json
import random
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tickets.line.telephone import SIGNATURE, signature_of

MOST_CALLS = 100_000


@dataclass
class Exchange:
    """The telephone system's end of the line: what it tells is signed with the secret of its token."""

    url: str
    secret: str
    team: str
    told: int = 0
    offered: int = 0
    refused: list[str] = field(default_factory=list)

    def tell(self, events: list[dict[str, object]]) -> list[dict[str, object]]:
        body = json.dumps({"events": events}).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.secret}",
            SIGNATURE: f"t={moment},v1={signature_of(self.secret, moment, body)}",
        }
        request = urllib.request.Request(  # noqa: S310 - the address was checked to be http
            f"{self.url}/api/v1/line/events", body, headers
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                heard: list[dict[str, object]] = json.load(answer)["events"]
        except urllib.error.HTTPError as error:
            raise CommandError(f"{error.code}: {error.read(2000).decode(errors='replace')}")
        except OSError as error:
            raise CommandError(f"Nobody answers at {self.url}: {error}.")
        self.told += len(heard)
        self.offered += sum(bool(line["place"]["offer_callback"]) for line in heard)
        return heard


class Command(BaseCommand):
    help = "Play calls against a running stack, as a telephone system would tell of them; some in the wrong order."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", required=True, help="where the stack answers, http://127.0.0.1:8000")
        parser.add_argument(
            "--token", required=True, help="the secret of a token of the telephone system's person"
        )
        parser.add_argument("--team", required=True, help="short name of the team")
        parser.add_argument("--agents", nargs="+", required=True, help="e-mail addresses of who answers")
        parser.add_argument("--calls", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: object, **options: object) -> None:
        calls = int(str(options["calls"]))
        if not 1 <= calls <= MOST_CALLS:
            raise CommandError(f"--calls is not from 1 to {MOST_CALLS}.")
        url = str(options["url"]).rstrip("/")
        if not url.startswith(("http://", "https://")):
            raise CommandError("--url does not begin with http:// or https://.")
        exchange = Exchange(url, str(options["token"]), str(options["team"]))
        dice = random.Random(int(str(options["seed"])))  # noqa: S311 - a play, no secret
        agents = [str(agent) for agent in list(options["agents"])]  # type: ignore[call-overload]
        run, places = uuid.uuid4().hex[:8], set()
        for number in range(calls):
            story = story_of(f"{run}-{number}", exchange.team, dice.choice(agents), dice)
            # A network delivers as it likes: now and then late, now and then twice.
            dice.shuffle(story)
            heard = exchange.tell([*story, story[0]])
            places |= {line["place"]["id"] for line in heard}
        self.stdout.write(f"{calls} calls, {exchange.told} events told, {len(places)} places, none lost")


def story_of(call: str, team: str, agent: str, dice: random.Random) -> list[dict[str, object]]:
    """One call that has just gone by: most are answered, some give up, some break off."""
    wait, talk = dice.expovariate(1 / 40), dice.lognormvariate(4.8, 0.9)
    start = datetime.now(UTC) - timedelta(seconds=wait + talk + 60)
    caller = f"+49 30 {dice.randrange(10**6, 10**7)}"

    def at(seconds: float, kind: str, **more: object) -> dict[str, object]:
        moment = (start + timedelta(seconds=seconds)).isoformat()
        about = {"event_id": f"{call}-{kind}", "call_id": call, "kind": kind, "at": moment, "team": team}
        return {**about, "caller": caller, **more}

    if dice.random() < wait / 300:
        return [at(0, "entered"), at(wait, "ended", ended_by="customer")]
    ended_by = dice.choices(["customer", "agent", "connection"], [85, 13, 2])[0]
    answered = [at(0, "entered"), at(wait, "answered", agent=agent)]
    held = [at(wait + talk * 0.4, "held"), at(wait + talk * 0.6, "resumed")] if dice.random() < 0.2 else []
    return [*answered, *held, at(wait + talk, "ended", ended_by=ended_by)]
