"""What changed between two states of an order."""

from orders.diff import changes

LAMP = {"ordered": "2", "unit_price": "10"}


def test_nothing_changed_is_no_change() -> None:
    state = {"head": {"po_number": "A"}, "lines": {"1": LAMP}}
    assert changes(state, state) == []


def test_the_head_comes_first_then_the_lines_by_position() -> None:
    before = {"head": {"po_number": "A", "net": "20"}, "lines": {"2": LAMP, "10": LAMP}}
    after = {
        "head": {"po_number": "B", "net": "20"},
        "lines": {"2": LAMP | {"ordered": "3"}, "10": LAMP | {"unit_price": "9.5"}},
    }
    assert changes(before, after) == [
        {"field": "po_number", "what": "po_number", "was": "A", "is": "B"},
        {"position": 2, "what": "ordered", "was": "2", "is": "3"},
        {"position": 10, "what": "unit_price", "was": "10", "is": "9.5"},
    ]


def test_a_line_that_came_and_a_line_that_went_are_told_whole() -> None:
    before = {"head": {}, "lines": {"1": LAMP}}
    after = {"head": {}, "lines": {"2": LAMP}}
    assert changes(before, after) == [
        {"position": 1, "what": "line", "was": LAMP, "is": None},
        {"position": 2, "what": "line", "was": None, "is": LAMP},
    ]
