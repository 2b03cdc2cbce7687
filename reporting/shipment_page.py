"""One shipment as its page shows it: what is in it and where, its boxes, where it was seen, and what is next."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _, pgettext

from customers.models import Message
from fulfillment.models import Package, PackageLine, Return, Shipment, ShipmentLine, TrackingEvent
from fulfillment.rules import walking_order
from fulfillment.tones import TONES
from inventory.models import StockLevel
from o2c.kernel.attached import attached_to
from o2c.kernel.figures import day, day_words, quantity
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from o2c.kernel.worklists import Tag
from reporting.document import DocumentPage, Head
from reporting.order_actions import Action
from reporting.order_steps import Step
from reporting.outgoing import told_of
from reporting.selectors import document_chain, document_history

State = Shipment.State
LEFT = {State.POSTED, State.DELIVERED}


@dataclass(frozen=True, slots=True)
class Content:
    """A line of the shipment: the row with its ``bin``, and the boxes that it is in."""

    line: ShipmentLine
    bin: str
    boxes: str


@dataclass(frozen=True, slots=True)
class Box:
    """A box, and whether its label can be printed."""

    package: Package
    has_label: bool


@dataclass(frozen=True, slots=True)
class ShipmentOwn:
    """What only a shipment's page shows."""

    shipment: Shipment
    contents: list[Content]
    boxes: list[Box]
    tracking: list[TrackingEvent]
    returns: list[Return]
    messages: list[Message]
    is_export: bool


def shipment_page(*, number: str, reader: User) -> DocumentPage | None:
    """Return the page of a shipment by its number, None where there is none; as many queries for any shipment."""
    shipment = (
        Shipment.objects.select_related(
            "company", "order__customer", "warehouse", "carried_by", "picker", "pickup"
        )
        .filter(number=number)
        .first()
    )
    if shipment is None:
        return None
    returns = list(shipment.returns.order_by("pk"))
    contents = _contents(shipment)
    documents = [("shipment", shipment.pk), *(("return", one.pk) for one in returns)]
    history, messages = document_history(documents), list(_messages(shipment))
    return DocumentPage(
        head=_head(shipment),
        steps=_steps(shipment, contents),
        chain=document_chain(shipment.order_id),
        here=f"shipment/{shipment.pk}",
        history=history,
        attached=attached_to("shipment", shipment.pk),
        messages=messages,
        told=told_of(history),
        actions=list(_actions(shipment, contents, reader)),
        own=ShipmentOwn(
            shipment=shipment,
            contents=contents,
            boxes=_boxes(shipment),
            tracking=list(shipment.tracking.order_by("-at", "-pk")[:50]),
            returns=returns,
            messages=messages,
            is_export=_is_export(shipment),
        ),
    )


def _is_export(shipment: Shipment) -> bool:
    country = shipment.order.delivery_address.get("country", "")
    return bool(country) and country != (shipment.warehouse.country or shipment.company.country)


def _contents(shipment: Shipment) -> list[Content]:
    level = StockLevel.objects.filter(
        warehouse_id=shipment.warehouse_id, product_id=OuterRef("order_line__product_id")
    )
    boxes: Mapping[int, list[str]] = defaultdict(list)
    packed = PackageLine.objects.filter(package__shipment=shipment).order_by("package__position")
    for line_id, position in packed.values_list("shipment_line_id", "package__position"):
        boxes[line_id].append(str(position))
    lines = shipment.lines.select_related("order_line__product").annotate(lies=Subquery(level.values("bin")))
    found = [Content(line, line.lies or "", ", ".join(boxes[line.pk])) for line in lines]
    return sorted(found, key=lambda one: (walking_order(one.bin), one.line.order_line.position))


def _boxes(shipment: Shipment) -> list[Box]:
    packages = shipment.packages.select_related("label").defer("label__content").order_by("position")
    return [Box(package, hasattr(package, "label")) for package in packages]


def _messages(shipment: Shipment) -> QuerySet[Message]:
    about = Message.objects.filter(document_type="shipment", document_id=shipment.pk)
    return about.defer("body", "html").order_by("-pk")[:20]


def _head(shipment: Shipment) -> Head:
    order = shipment.order
    facts: list[object] = [
        format_html(
            _("of order {order}"),
            order=format_html(
                '<a class="link" href="{}">{}</a>', reverse("order", args=[order.number]), order
            ),
        )
    ]
    if order.promised_on:
        facts.append(format_html(_("promised {day}"), day=day(order.promised_on)))
    carrier = shipment.carrier or (shipment.carried_by.name if shipment.carried_by else "")
    facts += [fact for fact in (carrier, shipment.tracking_number, shipment.warehouse.name) if fact]
    if shipment.picker and shipment.state == State.PICKING:
        facts.append(_("picked by %(name)s") % {"name": shipment.picker})
    if shipment.expected_on and shipment.state == State.POSTED:
        facts.append(format_html(_("expected {day}"), day=day(shipment.expected_on)))
    return Head(
        title=shipment.number,
        tag=Tag(shipment.get_state_display(), TONES[shipment.state]),
        party=order.customer.name,
        facts=facts,
    )


def _steps(shipment: Shipment, contents: list[Content]) -> list[Step]:
    if shipment.state == State.CANCELLED:
        return []
    states = [State.PLANNED, State.PICKING, State.PACKED, State.POSTED, State.DELIVERED]
    at = states.index(State(shipment.state))
    goods = [one.line for one in contents if one.line.order_line.is_stocked]
    wanted, picked = total(line.quantity for line in goods), total(line.picked or ZERO for line in goods)
    share = picked * 100 / wanted if wanted else ZERO
    words = _("%(done)s of %(all)s") % {"done": quantity(picked), "all": quantity(wanted)}
    return [
        Step(_("Planned"), day_words(shipment.planned_on), Decimal(100)),
        Step(_("Picked"), words if at == 1 else _done(is_done=at > 1), Decimal(100) if at > 1 else share),
        Step(_("Packed"), _done(is_done=at >= 2), Decimal(100 * (at >= 2))),
        Step(
            _("Shipped"),
            day_words(shipment.posted_on) if shipment.posted_on else "–",
            Decimal(100 * (at >= 3)),
        ),
        Step(
            _("Delivered"),
            day_words(shipment.delivered_on) if shipment.delivered_on else "–",
            Decimal(100 * (at == 4)),
        ),
    ]


def _done(*, is_done: bool) -> str:
    return _("done") if is_done else "–"


def _actions(shipment: Shipment, contents: list[Content], reader: User) -> Iterator[Action]:
    """Yield what the reader's role may do with it now, the next step last."""
    number = shipment.number
    if shipment.state in Shipment.IN_WORK and reader.has_perm("fulfillment.cancel_shipment"):
        yield Action(pgettext("shipment", "Cancel"), reverse("shipment-cancel", args=[number]))
    if shipment.state in LEFT and reader.has_perm("fulfillment.authorise_return"):
        left = any(one.line.quantity > one.line.in_returns for one in contents)
        blocked = "" if left else _("Everything is in a return already")
        yield Action(_("Authorise a return"), reverse("return-authorise", args=[number]), blocked)
    if reader.has_perm("fulfillment.pick_shipment"):
        yield from _in_the_house(shipment)
    if shipment.state == State.PACKED and reader.has_perm("fulfillment.post_shipment"):
        yield Action(_("Hand over"), reverse("shipment-ship", args=[number]), is_primary=True)
    if shipment.state == State.POSTED and reader.has_perm("fulfillment.post_shipment"):
        yield Action(_("Delivered"), reverse("shipment-deliver", args=[number]), is_primary=True)


def _in_the_house(shipment: Shipment) -> Iterator[Action]:
    pick = reverse("shipment-pick", args=[shipment.number])
    if shipment.state == State.PLANNED:
        yield Action(_("Pick"), pick, is_primary=True)
    if shipment.state == State.PICKING:
        yield Action(_("Go on picking"), pick)
        yield Action(_("Pack"), reverse("shipment-pack", args=[shipment.number]), is_primary=True)
