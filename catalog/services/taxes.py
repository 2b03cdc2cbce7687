"""Tax rates: a new one is another row from a day on, and the one before it ends."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog import errors
from catalog.models import TaxRate, TaxRegion
from catalog.rules import is_percent
from catalog.services.validity import make_room
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import User


@verb
def follow_tax_rate(
    *, rate_id: int, rate: Decimal, legal_text: str, valid_from: date, actor: User
) -> TaxRate:
    """Let another rate follow a rate of the same category, region and code; what holds until then ends the day before.

    :raises InvalidTaxRate: *rate* cannot be right for the code.
    :raises NotFound: there is no such rate.
    :raises NotPermitted: *actor* may not set tax rates.
    """
    if not actor.has_perm("catalog.add_taxrate"):
        raise NotPermitted(_("%(actor)s may not set tax rates.") % {"actor": actor})
    before = TaxRate.objects.filter(pk=rate_id).first()
    if before is None:
        raise NotFound(_("There is no such %(kind)s.") % {"kind": TaxRate._meta.verbose_name})
    if not is_percent(rate) or (rate and before.code != TaxRate.Code.STANDARD):
        raise errors.InvalidTaxRate(_("%(rate)s %% is no rate here.") % {"rate": f"{rate:f}"})
    audit.set_actor(actor.pk)
    TaxRegion.objects.select_for_update(no_key=True).get(pk=before.region_id)
    same = TaxRate.objects.filter(category=before.category_id, region=before.region_id)
    return TaxRate.objects.create(
        category_id=before.category_id,
        region_id=before.region_id,
        code=before.code,
        rate=rate,
        legal_text=legal_text,
        valid_from=valid_from,
        valid_to=make_room(same, valid_from=valid_from, valid_to=None),
    )
