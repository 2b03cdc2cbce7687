"""What holds of every operation: who may, and whose it is. Walked over the OpenAPI document."""

from django.core.cache import cache

from o2c.gateway import services as gateway
from o2c.gateway.models import ApiKey, Scope, Shop
from tests.api import walk
from tests.api.counting import cost_of
from tests.api.walk import ID, KEYED, NEVER, Call, Party, call, party, said, undone
from tests.shops import NINE, Caller, issued, shop_in
from tests.world import World


def never(value: str) -> str:
    """An id of the same kind that no row has; any other text becomes one that nobody used."""
    return ID.sub(rf"\1_{NEVER}", value) if ID.fullmatch(value) else "never-was"


def key_of(world: World, shop: Shop, **options: object) -> Caller:
    """A program of a shop that has others besides."""
    return Caller(issued(world, shop, **options).secret, shop)


def counterpart(value: str, mine: Party, foreign: Party) -> str:
    """The foreign party's counterpart of something of mine."""
    [name] = [name for name, found in mine.found.items() if found == value]
    return foreign[name]


def test_every_call_that_the_walks_make_succeeds_as_documented(world: World, shop: Caller) -> None:
    mine = party(world, shop.shop)
    for operation in KEYED:
        answer = undone(walk.fullest(operation, mine), shop)
        assert answer.status_code in operation.succeeds, (operation.name, answer.content)
        documented = set(operation.spec["responses"][str(answer.status_code)]["headers"])
        assert {"Request-Id", "RateLimit", "RateLimit-Policy", "Api-Version"} <= documented
        for header in documented - {"Idempotency-Replayed"} | {"Allow"}:
            assert answer[header], (operation.name, header)
        for header in {"ETag", "Location"} - documented:
            assert header not in answer, (operation.name, header)
        assert answer["Cache-Control"] == "no-store"


def test_only_the_right_scope_opens_an_operation(world: World, noon: None) -> None:
    shop = shop_in(world)
    mine = party(world, shop)
    callers = {scope: key_of(world, shop, scopes=[scope]) for scope in Scope.values}
    for operation in KEYED:
        assert operation.scope in Scope.values, operation
        for scope, caller in callers.items():
            answer = undone(call(operation, mine), caller)
            if scope == operation.scope:
                assert answer.status_code in operation.succeeds, (operation.name, answer.content)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), (
                    operation,
                    scope,
                )
                assert answer.json()["details"] == {"scope": operation.scope}


def test_the_sandbox_opens_to_no_live_key_and_to_nobody_without_a_key(world: World, shop: Caller) -> None:
    mine = party(world, shop.shop)
    assert walk.IN_SANDBOX
    before = world.fingerprint()
    for operation in walk.IN_SANDBOX:
        own = call(operation, mine)
        refused = own.by(shop)
        assert (refused.status_code, refused.json()["code"]) == (403, "only-in-sandbox"), operation
        assert own.by(Caller("", shop.shop)).json()["code"] == "key-missing"
    assert world.fingerprint() == before


def test_no_operation_opens_to_a_key_that_is_none(world: World, noon: None) -> None:
    shop = shop_in(world)
    mine = party(world, shop)
    revoked, expired, kept = (issued(world, shop) for _ in range(3))
    asleep = issued(world, shop_in(world))
    gateway.revoke_key(key_id=revoked.key.pk, at=NINE, actor=world.system)
    ApiKey.objects.filter(pk=expired.key.pk).update(expires_at=NINE)
    Shop.objects.filter(pk=asleep.key.shop_id).update(active=False)
    before = world.fingerprint()
    secrets = [revoked.secret, expired.secret, asleep.secret, kept.secret[:-1], kept.key.digest, "sk_live_"]
    for operation in KEYED:
        cache.clear()
        for secret in secrets:
            refused = call(operation, mine).by(Caller(secret, shop))
            assert (refused.status_code, refused.json()["code"]) == (401, "key-unknown"), operation
            assert refused["WWW-Authenticate"].startswith("Bearer")
        nothing = call(operation, mine).by(Caller("", shop))
        assert (nothing.status_code, nothing.json()["code"]) == (401, "key-missing"), operation
    assert world.fingerprint() == before


def test_what_belongs_to_another_customer_is_not_there(world: World, noon: None) -> None:
    """M05: a foreign id in an address or a body is answered as one that never was, and changes nothing."""
    shop = shop_in(world)
    mine, foreign = party(world, shop), party(world)
    bound = key_of(world, shop, customer_id=mine.customer.pk)
    before, tried = world.fingerprint(), set()
    for operation in KEYED:
        own = call(operation, mine)
        for name in operation.path_parameters:
            if walk.meant(operation, name) in walk.OF_NOBODY:
                continue
            value = walk.own_id(operation, name, mine)
            there, nowhere = (
                Call(operation, own.path.replace(value, other), own.body, own.query).by(bound)
                for other in (counterpart(value, mine, foreign), never(value))
            )
            assert (there.status_code, there.json()["code"]) == (404, "not-found-here"), operation
            assert said(there) == said(nowhere), operation
            tried.add(operation.name)
        for path, value in walk.leaves(own.body):
            if not (isinstance(value, str) and ID.fullmatch(value)):
                continue
            theirs = walk.replaced(own.body, path, counterpart(value, mine, foreign))
            there = Call(operation, own.path, theirs).by(bound)
            nowhere = Call(operation, own.path, walk.replaced(own.body, path, never(value))).by(bound)
            assert there.status_code == 404, (operation, path, there.content)
            assert said(there) == said(nowhere), (operation, path)
            tried.add(operation.name)
    assert {"getOrder", "placeOrder", "getCustomer"} <= tried
    assert world.fingerprint() == before


def test_lists_and_filters_tell_nothing_of_another_customer(world: World, noon: None) -> None:
    """M05: no foreign id or number in any answer, and a filter by one finds as much as one that never was."""
    shop = shop_in(world)
    mine, foreign = party(world, shop), party(world)
    bound = key_of(world, shop, customer_id=mine.customer.pk)
    private = {value for name, value in foreign.found.items() if name not in walk.OF_NOBODY}
    filtered = set()
    for operation in [one for one in KEYED if one.method == "GET"]:
        own = call(operation, mine)
        text = own.by(bound).content.decode(errors="replace")
        assert not [value for value in private if value in text], operation
        for parameter in {one["name"] for one in operation.query_parameters}:
            name = parameter if parameter in foreign.found else f"{parameter}_id"
            if name not in foreign.found or name in walk.OF_NOBODY:
                continue
            others = "&".join(
                part for part in own.query.split("&") if part and not part.startswith(f"{parameter}=")
            )
            asked = [
                Call(operation, own.path, query=f"{others}&{parameter}={value}".strip("&")).by(bound)
                for value in (foreign[name], never(foreign[name]))
            ]
            assert said(asked[0]) == said(asked[1]), (operation, parameter)
            filtered.add((operation.name, parameter))
    assert {("listOrders", "customer"), ("listOrders", "number")} <= filtered


def test_a_list_takes_the_same_statements_however_many_rows(world: World, shop: Caller) -> None:
    mine = party(world, shop.shop)
    lists = [one for one in KEYED if one.is_list]
    costs: dict[str, int] = {}
    for again in range(2):
        for operation in lists:
            own = walk.fullest(operation, mine)
            used = cost_of(shop, f"{own.path}?limit=100&{own.query}", lambda: None)
            assert costs.setdefault(operation.name, used) == used, operation
        if not again:
            for _ in range(3):
                party(world, shop.shop)
