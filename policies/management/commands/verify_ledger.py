"""verify_ledger: counts every month again and follows its chain; exits with 1 where anything does not agree."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from policies.ledger.budget import BudgetPeriod
from policies.ledger.transfer import Transfer, reconcile


class Command(BaseCommand):
    help = "Count every budget month again from its entries and follow the chain of hashes. Changes nothing."

    def handle(self, *_args: object, **_options: object) -> None:
        differences = reconcile()
        names = {period.pk: str(period) for period in BudgetPeriod.objects.select_related("budget")}
        for found in differences:
            place = names.get(found.period_id, str(found.period_id))
            self.stdout.write(f"{place}: {found.what}: stored {found.stored}, counted {found.counted}")
        if differences:
            sys.exit(1)
        self.stdout.write(f"{Transfer.objects.count()} entries in {len(names)} months: everything agrees.")
