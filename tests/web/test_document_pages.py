"""What every document's page has: neighbours of its list, one line of time, returns in the chain, numbers to copy."""

from datetime import timedelta

from django.urls import reverse

from customers.selectors import messages_of_document
from o2c import dispatch
from o2c.kernel import clock
from o2c.kernel.models import SavedView
from orders.models import Order
from reporting.models import Certificate
from tests.documents import limit_request_in, order_in
from tests.fulfillment.returns import return_in
from tests.webhooks import endpoint_in
from tests.world import World


def test_a_document_knows_its_neighbours_in_the_list_it_was_opened_from(world, sign_in, queries) -> None:
    orders = [
        world.order(world.customer(name=name), (world.product(), "1"), channel="phone") for name in "ABCDE"
    ]
    Order.objects.filter(pk=orders[2].pk).update(channel="email")
    client = sign_in("Order clerk")
    page = client.get("/orders/?channel=phone&sort=customer.name").text
    links = [part.partition('"')[0].replace("&amp;", "&") for part in page.split('<a class="row" href="')[1:]]
    assert [link.partition("?")[0] for link in links] == [
        f"/orders/{order.number}/" for order in (*orders[:2], *orders[3:])
    ]
    second = client.get(links[1]).text
    assert f'rel="prev" href="/orders/{orders[0].number}/?in=' in second
    assert f'rel="next" href="/orders/{orders[3].number}/?in=' in second
    assert 'href="/orders/?channel=phone&amp;sort=customer.name"' in second
    assert 'rel="prev"' not in client.get(links[0]).text
    assert 'rel="next"' not in client.get(links[-1]).text
    # One that left the list meanwhile: what stood after it is next.
    Order.objects.filter(pk=orders[1].pk).update(channel="email")
    gone = client.get(links[1]).text
    assert f'rel="prev" href="/orders/{orders[0].number}/?in=' in gone
    assert f'rel="next" href="/orders/{orders[3].number}/?in=' in gone
    plain = f"/orders/{orders[0].number}/"
    # The neighbours, and whether the list is short enough to be sorted by a name.
    assert queries(client, links[0]) == queries(client, plain) + 2
    for nonsense in (
        "/orders/:x:",
        "/ledger/:0:",
        "https://evil.example:1:",
        "/orders/:99999:q=x",
        "::",
        "\x00",
    ):
        answer = client.get(plain, {"in": nonsense})
        assert (answer.status_code, 'class="trail"' in answer.text) == (200, False), nonsense


def test_the_history_has_mails_and_webhooks_with_their_standing_and_how_long_ago(world, sign_in) -> None:
    endpoint = endpoint_in(world, types=["order.confirmed"])
    order = world.order(world.customer(), (world.product(), "1"))
    dispatch.run_inline()
    delivery = endpoint.deliveries.get(document_type="order", type="order.confirmed")
    page = sign_in("Order clerk").get(f"/orders/{order.number}/").text
    history = page.partition('id="history"')[2]
    assert f"Webhook to {delivery.endpoint.shop.name}" in history
    assert delivery.type in history
    assert delivery.get_state_display() in history
    [message] = messages_of_document(document_type="order", document_id=order.pk)
    assert f"Mail: {message.subject}" in history
    assert message.get_state_display() in history
    assert " ago)" in history or "(in " in history  # the database's clock is the real one


def test_a_return_is_in_the_chain_of_its_order_with_what_came(world, sign_in) -> None:
    returned = return_in(world, "received")
    order = returned.shipment.order
    client = sign_in("Order clerk")
    chain = client.get(f"/orders/{order.number}/").context["page"].chain
    assert [(link.number, link.shipment_number) for link in chain.returns] == [
        (returned.number, returned.shipment.number)
    ]
    assert chain.returns[0].quantity == sum(line.received for line in returned.lines.all())
    own = client.get(f"/returns/{returned.number}/").text
    assert 'class="doc here' in own.partition("Returns</h3>")[2].partition("Invoices</h3>")[0]


def test_numbers_can_be_copied_and_keys_are_told_for_the_page_and_the_role(world, sign_in) -> None:
    order = order_in(world, "confirmed")
    page = sign_in("Order clerk").get(f"/orders/{order.number}/").text
    assert f'data-copy="{order.number}"' in page
    assert 'data-key="e"' in page
    assert "<kbd>G</kbd> <kbd>O</kbd>" in page
    assert "<kbd>G</kbd> <kbd>T</kbd>" not in page  # the books are not the order desk's
    assert "<kbd>G</kbd> <kbd>T</kbd>" in sign_in("Auditor").get("/").text


def test_the_finance_managers_home_has_approvals_with_money_and_the_proof_of_the_books(
    world, sign_in, queries
) -> None:
    client = sign_in("Finance manager")
    few = queries(client, "/")
    request = limit_request_in(world, "requested")
    limit_request_in(world, "requested")
    Certificate.objects.create(
        business_date=world.on,
        as_of=clock.now() - timedelta(hours=6),
        passed=False,
        content='{"results": [{"name": "ledger", "passed": false, "offenders": [{"document": "invoice INV-7"}]}]}',
        sha256="0" * 64,
    )
    page = client.get("/")
    desk = next(desk for desk in page.context["desks"] if str(desk.label) == "Limits to decide")
    assert (desk.due.count, desk.due.oldest_on) == (2, request.on)
    assert sum(amount.amount for amount in desk.due.amounts) == 2 * request.limit
    assert desk.url == reverse("console-approvals")
    for words in ("the books do not agree", "ledger: invoice INV-7", "6 hours ago"):
        assert words in page.text, words
    assert queries(client, "/") <= few + 1
    assert "Proof of the books" not in sign_in("Order clerk").get("/").text


def test_a_list_opens_with_the_view_that_the_person_chose(world: World, sign_in) -> None:
    order_in(world, "confirmed")
    client = sign_in("Order clerk")
    client.post("/orders/?channel=email&sort=gross", {"do": "save-view", "name": "Mail", "opens_first": "on"})
    assert client.get("/orders/").url == "/orders/?channel=email&sort=gross"
    assert client.get("/orders/?view=all").status_code == 200
    assert sign_in("Finance manager").get("/orders/").status_code == 200
    client.post("/orders/?channel=phone", {"do": "save-view", "name": "Phone", "opens_first": "on"})
    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["Phone"]
    client.post("/orders/?channel=phone", {"do": "open-first"})
    assert client.get("/orders/").status_code == 200


def test_searching_a_list_swaps_the_rows_and_the_chips(world: World, sign_in) -> None:
    order_in(world, "confirmed")
    client = sign_in("Order clerk")
    swapped = client.get("/orders/?q=nobody", headers={"HX-Request": "true", "HX-Target": "worklist"}).text
    assert "<html" not in swapped
    assert 'hx-swap-oob="true"' in swapped
    assert "“nobody”" in swapped
    assert "data-announce" in swapped
