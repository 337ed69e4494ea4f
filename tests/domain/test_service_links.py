"""How services rest on one another: circles are found, walks end, and rows put everything below what leads to it."""

from __future__ import annotations

import pytest

from slm_extension.domain.errors import ServicesRestOnThemselves
from slm_extension.domain.service_links import Direction, ServiceLinks

SHOP = ServiceLinks(
	[
		("Shop", "Orders"),
		("Shop", "Internet"),
		("Orders", "Database"),
		("Orders", "Network"),
		("Internet", "Network"),
		("Database", "Network"),
		("Network", "Power"),
		("Network", "Power"),
	]
)
ROUND = ServiceLinks([("A", "B"), ("B", "C"), ("C", "A"), ("C", "D")])


@pytest.mark.parametrize(
	("links", "service", "path"),
	[
		pytest.param([("A", "A")], "A", "A → A", id="itself"),
		pytest.param([("A", "B"), ("B", "A")], "A", "A → B → A", id="two"),
		pytest.param(
			[("A", "B"), ("B", "C"), ("C", "A"), ("B", "D"), ("D", "C")], "A", "A → B → C → A", id="shortest"
		),
		pytest.param(
			[("A", "B"), ("B", "C"), ("C", "B"), ("C", "A")], "C", "C → B → C", id="from where it is asked"
		),
	],
)
def test_a_circle_is_refused_with_the_way_around_it(
	links: list[tuple[str, str]], service: str, path: str
) -> None:
	with pytest.raises(ServicesRestOnThemselves) as caught:
		ServiceLinks(links).refuse_circle(service)

	assert str(caught.value) == f"Services rest on each other in a circle: {path}. Remove one of these links."


@pytest.mark.parametrize("service", ["Shop", "Power", "Unknown"])
def test_without_a_circle_nothing_is_refused(service: str) -> None:
	SHOP.refuse_circle(service)


def test_a_circle_elsewhere_does_not_concern_a_service() -> None:
	ServiceLinks([("A", "B"), ("B", "C"), ("C", "B")]).refuse_circle("A")


def test_a_walk_meets_what_is_shared_once_for_every_way_to_it() -> None:
	met = [(step.depth, step.service) for step in SHOP.walk("Shop", Direction.DOWN)]

	assert met == [
		(0, "Shop"),
		(1, "Orders"),
		(2, "Database"),
		(3, "Network"),
		(4, "Power"),
		(2, "Network"),
		(3, "Power"),
		(1, "Internet"),
		(2, "Network"),
		(3, "Power"),
	]


def test_a_walk_goes_up_as_well() -> None:
	met = [step.path for step in SHOP.walk("Internet", Direction.UP)]

	assert met == [("Internet",), ("Internet", "Shop")]


def test_a_walk_in_a_circle_is_cut_where_it_closes() -> None:
	met = [(step.service, step.cut) for step in ROUND.walk("A", Direction.DOWN)]

	assert met == [("A", False), ("B", False), ("C", False), ("A", True), ("D", False)]


@pytest.mark.parametrize(
	("service", "direction", "most", "rows"),
	[
		pytest.param(
			"Shop",
			Direction.DOWN,
			99,
			(("Orders", "Internet"), ("Database",), ("Network",), ("Power",)),
			id="below all that leads to it",
		),
		pytest.param(
			"Network", Direction.UP, 99, (("Internet", "Database"), ("Orders",), ("Shop",)), id="upwards"
		),
		pytest.param(
			"Shop", Direction.DOWN, 3, (("Orders", "Internet"), ("Database",)), id="no more than asked for"
		),
		pytest.param("Power", Direction.DOWN, 99, (), id="nothing beneath"),
	],
)
def test_rows(service: str, direction: Direction, most: int, rows: tuple[tuple[str, ...], ...]) -> None:
	assert SHOP.rows(service, direction, most) == rows


def test_what_is_in_a_circle_comes_last() -> None:
	assert ROUND.rows("A", Direction.DOWN, 99) == (("B",), ("C",), ("D",))
	assert ServiceLinks([("A", "B"), ("B", "C"), ("C", "B")]).rows("A", Direction.DOWN, 9) == (("B", "C"),)


def test_links_among_some_services() -> None:
	assert SHOP.among(["Orders", "Network", "Power"]) == (("Orders", "Network"), ("Network", "Power"))


@pytest.mark.parametrize(
	("links", "start", "direction", "rings"),
	[
		pytest.param(
			SHOP,
			"Shop",
			Direction.DOWN,
			[("Orders", "Internet"), ("Database", "Network"), ("Power",)],
			id="down",
		),
		pytest.param(
			SHOP,
			"Network",
			Direction.UP,
			[("Orders", "Internet", "Database"), ("Shop",)],
			id="up",
		),
		pytest.param(ROUND, "A", Direction.DOWN, [("B",), ("C",), ("D",)], id="around a circle once"),
		pytest.param(SHOP, "Unknown", Direction.DOWN, [], id="nothing"),
	],
)
def test_rings_are_what_is_equally_many_steps_away(
	links: ServiceLinks, start: str, direction: Direction, rings: list[tuple[str, ...]]
) -> None:
	assert list(links.rings(start, direction)) == rings
