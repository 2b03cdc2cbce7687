"""Shops: each has an account of its own, so that every trail says which program did what."""

from django.contrib.auth.models import Group
from django.utils.text import slugify
from django.utils.translation import gettext as _

from o2c.gateway.errors import ShopNameTaken
from o2c.gateway.models import Shop
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import User

ROLE = "Shop"


@verb
def create_shop(*, name: str, actor: User, sees_all: bool = True) -> Shop:
    """Register a shop with an account that nobody can sign in to.

    *sees_all* lets it serve every customer; else it serves those whose ``served_by`` names its account.

    :raises ShopNameTaken: there is one of that name.
    :raises NotPermitted: *actor* may not register shops.
    """
    if not actor.has_perm("gateway.add_shop"):
        raise NotPermitted(_("%(actor)s may not register shops.") % {"actor": actor})
    username = f"{User.PROGRAM}{slugify(name)[:60]}"
    if not slugify(name) or User.objects.filter(username=username).exists():
        raise ShopNameTaken(_("“%(name)s” cannot be the name of another shop.") % {"name": name})
    audit.set_actor(actor.pk)
    account = User.objects.create(username=username, first_name=name[:150])
    account.set_unusable_password()
    account.save(update_fields=["password"])
    account.groups.add(Group.objects.get(name=ROLE))
    return Shop.objects.create(name=name, account=account, sees_all=sees_all)
