"""The demo: a small house that sells and looks after espresso machines, played through the product's own verbs."""
