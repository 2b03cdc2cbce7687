"""The demo company: Lantern & Co, its people, goods and customers, and an order in every stage.

Everything is made by the services that the desks use, dated backwards from the day of seeding.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _, gettext_lazy

from catalog.models import Product
from o2c.kernel.db import verb
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company, User
from o2c.operations import roles
from o2c.operations.demo_data import ADMIN, GOODS, USERS
from o2c.operations.demo_desks import Desks
from o2c.operations.demo_stories import STORIES
from o2c.operations.setup import set_up_company

COMPANY = {
    "name": "Lantern & Co",
    "legal_name": "Lantern and Company Limited",
    "street": "12 Candle Row",
    "postal_code": "N1 9GU",
    "city": "London",
    "country": "GB",
    "vat_id": "GB980780684",
    "registration_number": "01234567",
    "base_currency": "GBP",
    "time_zone": "Europe/London",
    "email": "accounts@lantern.example",
    "phone": "+44 20 7946 0123",
    "bank_name": "Example Bank",
    "iban": "GB33BUKB20201555555555",
    "bic": "BUKBGB22",
}


class NotADemo(DomainError):
    """The database belongs to a company that is no demo."""

    code = "not-a-demo"
    hint = gettext_lazy("Seed the demo into an empty database.")


@dataclass(frozen=True, slots=True)
class Login:
    """How a demo user signs in."""

    role: str
    username: str
    password: str


@verb
def seed(*, today: date, password: str) -> list[Login]:
    """Make the demo company once, as of *today*, all or nothing; return how its people sign in.

    *password* is given to the users made now; those who exist keep theirs.

    :raises NotADemo: the database has a company that is not the demo.
    """
    if Company.objects.exclude(name=COMPANY["name"]).exists():
        raise NotADemo(_("There is a company already, and it is not the demo."))
    basics = set_up_company(
        profile=COMPANY,
        tax_rate=Decimal(20),
        since=date(today.year - 2, 1, 1),
        until=date(today.year + 1, 12, 31),
        actor=User.system(),
    )
    for role, username in USERS.items():
        _add_user(role, username, password)
    if not Product.objects.filter(sku=GOODS[0].sku).exists():
        desks = Desks(basics=basics, today=today)
        desks.open()
        for story in STORIES:
            story(desks)
    return [Login(role, username, password) for role, username in USERS.items()]


def _add_user(role: str, username: str, password: str) -> None:
    if User.objects.filter(username=username).exists():
        return
    manages = role == ADMIN
    user = User(username=username, first_name=role, is_staff=manages, is_superuser=manages)
    user.email = f"{username}@lantern.example"
    user.set_password(password)
    user.save()
    if not manages:
        user.is_staff = role in {roles.FINANCE_MANAGER, roles.AUDITOR}
        user.save(update_fields=["is_staff"])
        user.groups.add(Group.objects.get(name=role))
