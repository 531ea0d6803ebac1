"""What a ticket's history says about gestures and asks; the words the desk shows."""

from django.utils.translation import gettext_lazy as _

OFFER_MADE, OFFER_DELIVERED, OFFER_REVERSED = "offer_made", "offer_delivered", "offer_reversed"
ASK_OPENED, ASK_GRANTED, ASK_DECLINED = "ask_opened", "ask_granted", "ask_declined"
ASK_PASSED_ON, ASK_TAKEN, ASK_RETURNED = "ask_passed_on", "ask_taken", "ask_returned"
REFUSED = "gesture_refused"
MIRRORED, MIRROR_WISHED = "mirrored", "mirror_wished"
IDEA_ADDED, IDEA_STANDS, IDEA_UNOPPOSED, IDEA_DECLINED = (
    "idea_added",
    "idea_stands",
    "idea_unopposed",
    "idea_declined",
)

OUTSIDE = {OFFER_MADE, OFFER_DELIVERED, OFFER_REVERSED}

WORDS = {
    OFFER_MADE: _("%(who)s gave %(gesture)s"),
    OFFER_DELIVERED: _("%(who)s marked %(gesture)s as delivered"),
    OFFER_REVERSED: _("%(who)s took back %(gesture)s: %(why)s"),
    ASK_OPENED: _("%(who)s asked %(asked)s about %(gesture)s"),
    ASK_GRANTED: _("%(decider)s said yes to %(gesture)s"),
    ASK_DECLINED: _("%(decider)s said no to %(gesture)s: %(words)s"),
    ASK_PASSED_ON: _("The question about %(gesture)s went on to %(asked)s"),
    ASK_TAKEN: _("%(decider)s took over to decide about %(gesture)s"),
    ASK_RETURNED: _("Nobody took over; the question about %(gesture)s is back with %(asked)s"),
    REFUSED: _("%(who)s learnt that %(gesture)s is not possible"),
    MIRRORED: _(
        "%(who)s gave %(gesture)s to the others of “%(incident)s” too: given %(count)s, not given %(rest)s"
    ),
    MIRROR_WISHED: _("%(who)s asks %(told)s to give %(gesture)s to the others of “%(incident)s” too"),
    IDEA_ADDED: _("%(who)s noted what helped: %(idea)s"),
    IDEA_STANDS: _("%(who)s made “%(idea)s” known to everybody in the team"),
    IDEA_UNOPPOSED: _("“%(idea)s” is now known to everybody in the team: nobody objected"),
    IDEA_DECLINED: _("%(who)s did not make “%(idea)s” known: %(words)s"),
}
