"""The thirty stories of the demo, by what they are about."""

from . import broken, contract, delivery, invoice, use

ALL = (*delivery.STORIES, *invoice.STORIES, *contract.STORIES, *broken.STORIES, *use.STORIES)
