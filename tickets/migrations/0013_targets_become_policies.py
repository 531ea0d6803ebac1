"""What each team promised becomes policies of the same effect: one for each priority, asked before the one for all."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

OF_OLD = datetime(2000, 1, 1, tzinfo=UTC)
RANK_STEP = 10


def write_policies(apps, schema_editor):
    Target = apps.get_model("tickets", "Target")
    groups = {}
    for target in Target.objects.select_related("team").order_by("pk"):
        groups.setdefault((target.team, target.priority), []).append(target)
    in_order = sorted(groups, key=lambda key: (key[1] is None, key[0].name, -(key[1] or 0)))
    for place, (team, priority) in enumerate(in_order, start=1):
        version = write_policy(apps, team, priority, rank=place * RANK_STEP)
        for target in groups[team, priority]:
            Target.objects.filter(pk=target.pk).update(version=version)
            link_clocks(apps, target, team, priority)
    for team, _priority in in_order:
        hours = Target.objects.filter(team=team).order_by("pk")[0].hours
        apps.get_model("tickets", "TeamHours").objects.get_or_create(team=team, defaults={"hours": hours})


def write_policy(apps, team, priority, *, rank):
    name = f"{team.name}"[:70] + (f" – {priority}" if priority else "")
    policy = apps.get_model("tickets", "Policy").objects.create(name=name, rank=rank)
    version = apps.get_model("tickets", "PolicyVersion").objects.create(
        policy=policy, number=1, valid_from=OF_OLD, at=OF_OLD
    )
    Condition = apps.get_model("tickets", "PolicyCondition")
    Condition.objects.create(version=version, fact="team", operator="is", value=team.slug)
    if priority:
        Condition.objects.create(version=version, fact="priority", operator="is", value=priority)
    return version


def link_clocks(apps, target, team, priority):
    """Clocks made under exactly these terms know where they come from; others were made under older ones."""
    clocks = apps.get_model("tickets", "Clock").objects.filter(
        kind=target.kind, seconds=target.seconds, hours=target.hours_id, ticket__team=team, target=None
    )
    if priority:
        clocks = clocks.filter(ticket__priority=priority)
    pks = clocks.values("pk")
    entries = apps.get_model("tickets", "ClockEntry").objects.filter(kind="started", clock__in=pks)
    entries.update(target=target)
    apps.get_model("tickets", "Clock").objects.filter(log__kind="started", log__target=target).update(target=target)


def name_channels(apps, schema_editor):
    """The channel of a ticket is that of its first message."""
    Message = apps.get_model("tickets", "Message")
    first = Message.objects.filter(ticket=OuterRef("pk")).order_by("at", "pk").values("channel")[:1]
    apps.get_model("tickets", "Ticket").objects.update(channel=Coalesce(Subquery(first), "channel"))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0012_policies_with_versions")]

    operations = [
        migrations.RunPython(write_policies, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_channels, migrations.RunPython.noop, elidable=True),
    ]
