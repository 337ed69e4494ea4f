"""The standard catalogue: six main categories with thirteen parts (R007, R008), each named once."""

from __future__ import annotations

from slm_extension.domain.standard_catalogue import MAIN_CATEGORIES, PLACES


def test_six_main_categories_have_thirteen_parts() -> None:
	assert len(MAIN_CATEGORIES) == 6
	assert sum(len(category.parts) for category in MAIN_CATEGORIES) == 13


def test_no_name_is_given_twice() -> None:
	names = [category.name for category in MAIN_CATEGORIES]
	names += [part.name for category in MAIN_CATEGORIES for part in category.parts]

	assert len(set(names)) == len(names)


def test_the_three_that_are_prescribed_are_among_the_parts() -> None:
	parts = {part.name for category in MAIN_CATEGORIES for part in category.parts}

	assert {"Network Operations", "Host Operations", "Application Software Services"} <= parts


def test_places_follow_the_order() -> None:
	assert sorted(PLACES, key=lambda name: PLACES[name]) == [category.name for category in MAIN_CATEGORIES]
