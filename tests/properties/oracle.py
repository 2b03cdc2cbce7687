"""What the books should say: the same company kept in whole pence and pieces, without the code under test.

One currency, one tax rate of 20 %, whole pieces. It knows nothing of Django, Decimal or the services.
"""

from collections import Counter
from dataclasses import dataclass, field


def rounded(numerator: int, denominator: int) -> int:
    """The quotient rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def gross_of(net: int) -> int:
    """Net and its tax of 20 %, in pence."""
    return net + rounded(net * 20, 100)


@dataclass
class Shelf:
    """One product in the warehouse."""

    price: int
    on_hand: int = 0
    reserved: int = 0
    value: int = 0
    far: list[int] = field(default_factory=lambda: [0, 0])  # pieces and worth in the other house

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved

    def take(self, pieces: int) -> int:
        """Take pieces at average cost; the last take the rest."""
        cost = self.value if pieces == self.on_hand else rounded(self.value * pieces, self.on_hand)
        self.on_hand -= pieces
        self.value -= cost
        return cost


@dataclass
class Basket:
    """Pieces kept for a shopper."""

    shelf: Shelf
    pieces: int
    state: str = "held"

    def end(self, state: str) -> None:
        """Nothing is kept any longer."""
        self.shelf.reserved -= self.pieces
        self.state = state


@dataclass
class Van:
    """Pieces on their way to the other house, with what they are worth."""

    shelf: Shelf
    pieces: int
    value: int
    arrived: bool = False


@dataclass
class Line:
    """One order line."""

    shelf: Shelf
    ordered: int
    reserved: int = 0
    shipped: int = 0
    cancelled: int = 0
    invoiced: int = 0

    @property
    def to_ship(self) -> int:
        return self.ordered - self.shipped - self.cancelled


@dataclass
class Buyer:
    """One customer; *owes* are their invoices."""

    limit: int
    backorders: bool
    orders: list["Sale"] = field(default_factory=list)
    owes: list["Debt"] = field(default_factory=list)

    @property
    def exposure(self) -> int:
        return sum(debt.left for debt in self.owes) + sum(sale.claim for sale in self.orders)


@dataclass
class Sale:
    """One order."""

    buyer: Buyer
    lines: list[Line]
    state: str = "submitted"
    claim: int = 0
    open_invoices: int = 0
    debts: list["Debt"] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)
    releases: list[tuple[set[str], int]] = field(default_factory=list)

    @property
    def uninvoiced(self) -> int:
        left = sum((line.ordered - line.cancelled - line.invoiced) * line.shelf.price for line in self.lines)
        return gross_of(left)

    @property
    def gross(self) -> int:
        """What is ordered and not cancelled comes to."""
        return gross_of(sum((line.ordered - line.cancelled) * line.shelf.price for line in self.lines))

    def reserve(self) -> None:
        """Take what is free for what is still to ship."""
        for line in self.lines:
            more = min(line.to_ship - line.reserved, line.shelf.on_hand - line.shelf.reserved)
            line.reserved += more
            line.shelf.reserved += more

    @property
    def waived(self) -> set[str]:
        """The reasons that releases waive for what the order comes to."""
        return {code for codes, up_to in self.releases if up_to >= self.uninvoiced for code in codes}

    def decide(self) -> None:
        """Confirm within the limit and, for who takes no backorders, within stock; else hold."""
        self.state, self.reasons = "on_hold", set()
        if self.buyer.exposure + self.uninvoiced > self.buyer.limit and "limit" not in self.waived:
            self.reasons = {"limit"}
        elif not self.has_stock:
            self.reasons = {"stock"}
        else:
            self.confirm()

    @property
    def has_stock(self) -> bool:
        """Whether there is enough, for who takes nothing less."""
        enough = all(
            line.to_ship - line.reserved <= line.shelf.on_hand - line.shelf.reserved for line in self.lines
        )
        return enough or self.buyer.backorders or "stock" in self.waived

    def release(self) -> None:
        """A person lets it pass in spite of its reasons, as it is now."""
        self.releases.append((self.reasons, self.uninvoiced))
        self.decide()

    def give_back(self, line: Line) -> None:
        """What a line has reserved and needs no more is free."""
        surplus = max(line.reserved - line.to_ship, 0)
        line.reserved -= surplus
        line.shelf.reserved -= surplus

    def amend(self, line: Line, wanted: int) -> bool:
        """Want another number of a line; whether it holds. If not, everything stays."""
        before, was = self.uninvoiced, line.ordered
        line.ordered = wanted + line.cancelled
        if self.state == "on_hold":
            self.decide()
            return True
        over = self.buyer.exposure - self.claim + self.uninvoiced > self.buyer.limit
        held = line.reserved
        self.give_back(line)
        refused = self.uninvoiced > before and over and "limit" not in self.waived
        if refused or not self.has_stock:
            line.shelf.reserved += held - line.reserved
            line.reserved, line.ordered = held, was
            return False
        self.claim = self.uninvoiced
        self.reserve()
        self.close_if_done()
        return True

    def cancel_some(self, line: Line, number: int) -> None:
        """Part of a line will not be."""
        line.cancelled += number
        self.give_back(line)
        if all(each.cancelled == each.ordered for each in self.lines):
            self.state, self.claim = "cancelled", 0
        elif self.state == "on_hold":
            self.decide()
        else:
            self.claim = self.uninvoiced
            self.close_if_done()

    def confirm(self) -> None:
        self.state = "confirmed"
        self.claim = self.uninvoiced
        self.reserve()

    def free(self) -> None:
        """Cancel what is left."""
        for line in self.lines:
            line.shelf.reserved -= line.reserved
            line.cancelled += line.to_ship
            line.reserved = 0
        self.claim = self.uninvoiced

    def close_if_done(self) -> None:
        done = all(line.to_ship == 0 and line.invoiced == line.shipped for line in self.lines)
        if self.state == "confirmed" and not self.open_invoices and done:
            self.state = "closed"

    def hear_of_payment(self) -> None:
        """Count the invoices that are open, and close with the last."""
        self.open_invoices = sum(1 for debt in self.debts if debt.left)
        self.close_if_done()


@dataclass
class Debt:
    """One invoice's open item."""

    left: int
    sale: Sale


@dataclass
class Money:
    """One payment."""

    buyer: Buyer
    amount: int
    left: int
    reversed: bool = False


@dataclass
class Use:
    """One allocation."""

    money: Money
    debt: Debt
    amount: int
    taken_back: bool = False


@dataclass
class Parcel:
    """One shipment that has left."""

    sale: Sale
    pieces: list[tuple[Line, int]]
    billed: bool = False


class Company:
    """Everything, with the balance of every account in pence, positive for a debit."""

    def __init__(self) -> None:
        self.accounts: Counter[str] = Counter()

    def post(self, debit: str, credit: str, amount: int) -> None:
        self.accounts[debit] += amount
        self.accounts[credit] -= amount

    def receive(self, shelf: Shelf, pieces: int, unit_cost: int) -> None:
        shelf.on_hand += pieces
        shelf.value += pieces * unit_cost
        self.post("stock", "goods_received", pieces * unit_cost)

    def count(self, shelf: Shelf, counted: int) -> None:
        difference = counted - shelf.on_hand
        if difference < 0:
            self.post("stock_adjustment", "stock", shelf.take(-difference))
            return
        found = rounded(shelf.value * difference, shelf.on_hand) if shelf.on_hand else 0
        shelf.on_hand = counted
        shelf.value += found
        self.post("stock", "stock_adjustment", found)

    def scrap(self, shelf: Shelf, pieces: int) -> None:
        self.post("stock_adjustment", "stock", shelf.take(pieces))

    def send(self, shelf: Shelf, pieces: int) -> Van:
        return Van(shelf, pieces, shelf.take(pieces))

    def arrive(self, van: Van, pieces: int) -> None:
        van.arrived = True
        worth = van.value if pieces == van.pieces else rounded(van.value * pieces, van.pieces)
        van.shelf.far[0] += pieces
        van.shelf.far[1] += worth
        self.post("stock_adjustment", "stock", van.value - worth)

    def ship(self, sale: Sale) -> Parcel:
        pieces = [(line, line.reserved) for line in sale.lines if line.reserved]
        for line, number in pieces:
            line.shelf.reserved -= number
            line.shipped += number
            line.reserved = 0
            self.post("cost_of_goods", "stock", line.shelf.take(number))
        return Parcel(sale, pieces)

    def invoice(self, parcel: Parcel) -> Debt:
        net = sum(number * line.shelf.price for line, number in parcel.pieces)
        gross = gross_of(net)
        for line, number in parcel.pieces:
            line.invoiced += number
        parcel.billed = True
        sale = parcel.sale
        sale.claim = sale.uninvoiced
        sale.open_invoices += 1
        self.post("receivables", "revenue", net)
        self.post("receivables", "output_tax", gross - net)
        debt = Debt(gross, sale)
        sale.debts.append(debt)
        sale.buyer.owes.append(debt)
        return debt

    def pay(self, buyer: Buyer, amount: int) -> Money:
        self.post("bank", "unallocated_cash", amount)
        return Money(buyer, amount, amount)

    def use(self, money: Money, debt: Debt, amount: int) -> Use:
        money.left -= amount
        debt.left -= amount
        self.post("unallocated_cash", "receivables", amount)
        return Use(money, debt, amount)

    def take_back(self, use: Use) -> None:
        use.taken_back = True
        use.money.left += use.amount
        use.debt.left += use.amount
        self.post("receivables", "unallocated_cash", use.amount)

    def give_back(self, money: Money) -> None:
        money.reversed = True
        money.left = 0
        self.post("unallocated_cash", "bank", money.amount)

    @property
    def balances(self) -> dict[str, str]:
        """The accounts that hold something, as pounds in text."""
        return {
            role: f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
            for role, pence in self.accounts.items()
            if pence
        }
