"""The door to what can be set up on the desk."""

from django.urls import path

from . import access, macros, rules

app_name = "setup"
urlpatterns = [
    path("", access.index, name="index"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule, name="new_rule"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/preview/", rules.rule_preview, name="rule_preview"),
    path("rules/<int:pk>/log/", rules.rule_log, name="rule_log"),
    path("rules/<int:pk>/mode/", rules.switch_rule, name="switch_rule"),
    path("macros/", macros.macros, name="macros"),
    path("macros/new/", macros.macro, name="new_macro"),
    path("macros/<int:pk>/", macros.macro, name="macro"),
    path("macros/<int:pk>/removal/", macros.remove_macro, name="remove_macro"),
]
