"""Names in the schema of the API: fields of one name and several sets of words would each get a number for a name."""

ENUM_NAMES = {
    "StatusOnTheDesk": "tickets.solvable.Status",
    "StatusForTheCustomer": "tickets.api.customer_shapes.STATUSES",
    "StatusOfCustomer": "accounts.customer.Customer.Status",
    "MessageKind": "tickets.message.Message.Kind",
    "CustomFieldKind": "tickets.fields.kind.Kind",
    "HoldingKind": "policies.relationship.holding.Holding.Kind",
    "PromiseKind": "tickets.sla.target.KINDS",
    "Light": "policies.api.shapes.LIGHTS",
    "Outcome": "policies.weigh.decision.Outcome",
    "ArticleState": "tickets.api.article_shapes.STATES",
    "GestureState": "policies.offer.Offer.State",
    "RoleOfLink": "tickets.together.link.Role",
    "RoleOfAsked": "policies.asks.ask.Ask.Role",
    "AskAnswer": "policies.asks.ask.Ask.Answer",
    "ChallengeAnswer": "policies.challenges.challenge.Challenge.Answer",
}
