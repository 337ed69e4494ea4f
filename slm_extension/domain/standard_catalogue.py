"""The main categories of a catalogue of IT operation services, and how each is usually divided (R007-R009)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
	"""A category, in plain words for customers."""

	name: str
	description: str


@dataclass(frozen=True, slots=True)
class MainCategory:
	"""A main category; its parts are a proposal, the category itself is the standard's."""

	name: str
	description: str
	parts: tuple[Category, ...]


MAIN_CATEGORIES = (
	MainCategory(
		"Basic Environment Operations",
		"The rooms, power and lines that everything else needs.",
		(
			Category("Data Centre Facilities", "Rooms, cooling, fire protection and access control."),
			Category("Cabling and Power", "Lines, sockets and a power supply without breaks."),
		),
	),
	MainCategory(
		"Hardware Operations",
		"The machines you work with, and those your work runs on.",
		(
			Category(
				"Network Operations", "Connections within your sites, between them and to the Internet."
			),
			Category("Host Operations", "The computers in the data centre on which applications run."),
			Category("Storage and Backup", "Room for your data, and copies to fall back on."),
			Category("Workplace Equipment", "Computers, telephones and printers on your desk."),
		),
	),
	MainCategory(
		"Software Operations",
		"The programs your business works with, kept running and up to date.",
		(
			Category("Application Software Services", "The applications that your people use every day."),
			Category("Databases and Middleware", "Where applications keep data, and how they exchange it."),
			Category("System Software", "Operating systems and what belongs to them."),
		),
	),
	MainCategory(
		"Security Operations",
		"Protection of your data and your work.",
		(
			Category("Information Security", "Keeping out who should not come in, and noticing who tries."),
			Category("Business Continuity", "Going on working when something big fails."),
		),
	),
	MainCategory(
		"Operations Management",
		"How we watch, help and report.",
		(Category("Service Desk and Monitoring", "Where you turn to, and what we look after unasked."),),
	),
	MainCategory(
		"Other Operations",
		"What fits nowhere else.",
		(Category("Consulting and Training", "Advice and courses."),),
	),
)

PLACES = {category.name: place for place, category in enumerate(MAIN_CATEGORIES)}
"""Where each main category stands among its like."""
