"""What a ticket's history says about gestures and asks; the words the desk shows."""

from django.utils.translation import gettext_lazy as _

OFFER_MADE, OFFER_DELIVERED, OFFER_REVERSED = "offer_made", "offer_delivered", "offer_reversed"
ASK_OPENED, ASK_GRANTED, ASK_DECLINED = "ask_opened", "ask_granted", "ask_declined"
ASK_PASSED_ON, ASK_TAKEN, ASK_RETURNED = "ask_passed_on", "ask_taken", "ask_returned"
ASK_WITHDRAWN = "ask_withdrawn"
ASK_DELEGATED, ASK_REMINDED, ASK_POOLED = "ask_delegated", "ask_reminded", "ask_pooled"
CHALLENGE_RAISED, CHALLENGE_ANSWERED = "challenge_raised", "challenge_answered"
CHALLENGE_SUSPENDED, CHALLENGE_ESCALATED = "challenge_suspended", "challenge_escalated"
DETAIL_NOTED, DETAIL_FORGOTTEN = "detail_noted", "detail_forgotten"
OFFER_REDEEMED, OFFER_EXPIRED = "offer_redeemed", "offer_expired"
PAYOUT_HELD, PAYOUT_REFUSED = "payout_held", "payout_refused"
REFUSED = "gesture_refused"
MIRRORED, MIRROR_WISHED = "mirrored", "mirror_wished"
KIND_WORD, IDEA_THANKED = "kind_word", "idea_thanked"
IDEA_ADDED, IDEA_STANDS, IDEA_UNOPPOSED, IDEA_DECLINED = (
    "idea_added",
    "idea_stands",
    "idea_unopposed",
    "idea_declined",
)

# A customer's open page looks again: what was given, and by when they hear from us.
OUTSIDE = {
    *(OFFER_MADE, OFFER_DELIVERED, OFFER_REVERSED, OFFER_REDEEMED, OFFER_EXPIRED),
    *(ASK_OPENED, ASK_GRANTED, ASK_DECLINED, ASK_PASSED_ON, ASK_DELEGATED, ASK_TAKEN, ASK_RETURNED),
    ASK_WITHDRAWN,
}

# What a notice is about, in a word that tells nobody anything who reads it over a shoulder.
IN_SHORT: dict[str, object] = {
    **dict.fromkeys(
        (ASK_OPENED, ASK_PASSED_ON, ASK_DELEGATED, ASK_REMINDED, ASK_POOLED), _("A question to you")
    ),
    **dict.fromkeys((ASK_GRANTED, ASK_DECLINED, ASK_TAKEN), _("An answer to your question")),
    **dict.fromkeys((KIND_WORD, IDEA_THANKED), _("Kind words for you")),
}

WORDS = {
    DETAIL_NOTED: _("%(who)s noted a detail the customer told us"),
    DETAIL_FORGOTTEN: _("%(who)s deleted a detail the customer had told us"),
    OFFER_MADE: _("%(who)s gave %(gesture)s"),
    OFFER_DELIVERED: _("%(who)s marked %(gesture)s as delivered"),
    OFFER_REVERSED: _("%(who)s took back %(gesture)s: %(why)s"),
    OFFER_REDEEMED: _("%(who)s noted that %(gesture)s was redeemed"),
    OFFER_EXPIRED: _("%(gesture)s was not redeemed in its time and has expired"),
    PAYOUT_HELD: _("It is not certain whether %(gesture)s was paid out; somebody has to look"),
    PAYOUT_REFUSED: _("%(gesture)s was not paid out: %(words)s"),
    ASK_OPENED: _("%(who)s asked %(asked)s about %(gesture)s"),
    ASK_GRANTED: _("%(decider)s said yes to %(gesture)s"),
    ASK_DECLINED: _("%(decider)s said no to %(gesture)s: %(words)s"),
    ASK_PASSED_ON: _("The question about %(gesture)s went on to %(asked)s"),
    ASK_TAKEN: _("%(decider)s took over to decide about %(gesture)s"),
    ASK_RETURNED: _("Nobody took over; the question about %(gesture)s is back with %(asked)s"),
    ASK_WITHDRAWN: _("%(who)s withdrew the question about %(gesture)s"),
    ASK_DELEGATED: _("%(who)s passed the question about %(gesture)s on to %(asked)s"),
    ASK_REMINDED: _("%(asked)s was reminded of the question about %(gesture)s"),
    ASK_POOLED: _("Everybody who can sign was asked about %(gesture)s"),
    CHALLENGE_RAISED: _("%(who)s challenged the rule “%(rule)s”: %(words)s"),
    CHALLENGE_ANSWERED: _("%(who)s answered the challenge of “%(rule)s”: %(words)s"),
    CHALLENGE_SUSPENDED: _(
        "Nobody answered in time: “%(rule)s” does not hold for the team until there is an answer"
    ),
    CHALLENGE_ESCALATED: _("Nobody answered in time: the challenge of “%(rule)s” went up to %(told)s"),
    REFUSED: _("%(who)s learnt that %(gesture)s is not possible"),
    MIRRORED: _(
        "%(who)s gave %(gesture)s to the others of “%(incident)s” too: given %(count)s, not given %(rest)s"
    ),
    MIRROR_WISHED: _("%(who)s asks %(told)s to give %(gesture)s to the others of “%(incident)s” too"),
    IDEA_ADDED: _("%(who)s noted what helped: %(idea)s"),
    IDEA_STANDS: _("%(who)s made “%(idea)s” known to everybody in the team"),
    IDEA_UNOPPOSED: _("“%(idea)s” is now known to everybody in the team: nobody objected"),
    IDEA_THANKED: _("The customer said thank you for “%(idea)s”, an idea of %(to)s"),
    KIND_WORD: _("%(who)s to %(to)s about “%(gesture)s”: “%(words)s”"),
    IDEA_DECLINED: _("%(who)s did not make “%(idea)s” known: %(words)s"),
}
