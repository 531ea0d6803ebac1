"""The people of the demo: eight on the desk in two teams, thirteen customers; all with one password."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Customer, Organisation, Person, Team

PASSWORD = "kulanz-demo-2026"  # noqa: S105 – made to be known: every sign-in of the demo is printed with it
HOUSE = "haldenwerk.example"
NORTH, SOUTH = "nord", "sued"
TEAMS = {NORTH: "Nord – Lieferung & Rechnung", SOUTH: "Süd – Technik & Reparatur"}
DAYS_A_YEAR = 365.25

# Who is on the desk: key, name, language, team, role.
AGENT, LEAD, ADMIN = "agent", "lead", "administrator"
DESK = (
    ("sam", "Sam Whitfield", "en", "", ADMIN),
    ("birgit", "Birgit Lorenzen", "de", NORTH, LEAD),
    ("katharina", "Katharina Obermaier", "de", SOUTH, LEAD),
    ("anna", "Anna Petersen", "de", NORTH, AGENT),
    ("mehmet", "Mehmet Kaya", "de", NORTH, AGENT),
    ("emily", "Emily Clarke", "en", NORTH, AGENT),
    ("jonas", "Jonas Huber", "de", SOUTH, AGENT),
    ("priya", "Priya Nair", "en", SOUTH, AGENT),
)

# Who we serve: key, name, e-mail, language, status, years with us, organisation.
CUSTOMERS = (
    ("brandt", "Claudia Brandt", "empfang@praxis-brandt.example", "de", "established", 9.2, "Praxis Brandt"),
    ("grant", "Oliver Grant", "oliver@grantlowe.example", "en", "established", 4.4, "Grant & Lowe Architects"),
    ("lowe", "Hannah Lowe", "hannah@grantlowe.example", "en", "established", 4.4, "Grant & Lowe Architects"),
    ("yildiz", "Fatma Yıldız", "fatma.yildiz@post.example", "de", "established", 3.1, ""),
    ("hoffmann", "Peter Hoffmann", "p.hoffmann@post.example", "de", "established", 11.6, ""),
    ("turner", "Sophie Turner", "sophie.turner@mail.example", "en", "established", 2.5, ""),
    ("weber", "Lukas Weber", "lukas@cafe-morgenrot.example", "de", "established", 5.8, "Café Morgenrot"),
    ("krueger", "Thomas Krüger", "krueger@krueger-partner.example", "de", "established", 7.3, "Krüger & Partner"),
    ("oconnor", "James O’Connor", "james@harbourstreet.example", "en", "new", 0.3, "Harbour Street Coffee"),
    ("stein", "Miriam Stein", "miriam.stein@post.example", "de", "new", 0.1, ""),
    ("schuster", "Nadine Schuster", "schuster@hv-schuster.example", "de", "prospect", None, "Hausverwaltung Schuster"),
    ("vogt", "Andreas Vogt", "andreas.vogt@post.example", "de", "former", 6.0, ""),
    ("hughes", "Emma Hughes", "emma.hughes@mail.example", "en", "former", 3.9, ""),
)  # fmt: skip
# Who reads and answers all requests of their organisation.
OVERSEERS = {"grant", "brandt"}


@dataclass(frozen=True)
class Cast:
    """Everybody by the key the stories use."""

    teams: dict[str, Team]
    desk: dict[str, Person]
    customers: dict[str, Customer]


def settle(*, now: datetime) -> Cast:
    """Create teams and desk. The password is hashed once: twenty-one times would take longer than all the rest."""
    password = make_password(PASSWORD)
    cast = Cast({slug: Team.objects.create(slug=slug, name=name) for slug, name in TEAMS.items()}, {}, {})
    for key, name, language, team, role in DESK:
        cast.desk[key] = person = _person(
            email=address(name),
            name=name,
            language=language,
            password=password,
            joined_at=now - timedelta(days=1300),
            is_staff=role == ADMIN,
            is_superuser=role == ADMIN,
        )
        if team:
            cast.teams[team].welcome(person, lead=role == LEAD)
    return cast


def welcome(cast: Cast, *, now: datetime) -> None:
    """Create the customers and their organisations."""
    password = cast.desk["sam"].password
    names = sorted({row[6] for row in CUSTOMERS} - {""})
    firms = {name: Organisation.objects.create(name=name) for name in names}
    for key, name, email, language, status, years, firm in CUSTOMERS:
        person = _person(
            email=email,
            name=name,
            language=language,
            password=password,
            joined_at=now - timedelta(days=(years or 0.1) * DAYS_A_YEAR),
            time_zone="Europe/London" if language == "en" else "Europe/Berlin",
        )
        cast.customers[key] = Customer.objects.create(
            person=person,
            status=status,
            since=_years_ago(years, now),
            organisation=firms.get(firm),
            role=Customer.Role.MANAGER if key in OVERSEERS else Customer.Role.MEMBER,
        )


def sign_ins() -> Iterator[str]:
    """One line each – role, name, e-mail, password – for the desk and a customer of every status, as far as there."""
    rows = [(role, name, address(name)) for _key, name, _language, _team, role in DESK]
    seen = set()
    for _key, name, email, _language, status, _years, _firm in CUSTOMERS:
        if status not in seen:
            seen.add(status)
            rows.append((f"{Customer.Status(status).label}", name, email))
    there = set(Person.objects.filter(email__in=[row[2] for row in rows]).values_list("email", flat=True))
    rows = [row for row in rows if row[2] in there]
    widths = [max(len(str(row[column])) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join(
            [*(str(word).ljust(width) for word, width in zip(row, widths, strict=True)), PASSWORD]
        )


def address(name: str) -> str:
    """The e-mail address of somebody on the desk."""
    return f"{name.lower().replace(' ', '.')}@{HOUSE}"


def _person(*, email: str, **fields: object) -> Person:
    person = Person.objects.create(email=email, **fields)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def _years_ago(years: float | None, now: datetime) -> date | None:
    return None if years is None else (now - timedelta(days=years * DAYS_A_YEAR)).date()
