"""Sessions in the database, as Django keeps them; only that each page asks for its own by a prepared question."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from .prepared import Prepared


class SessionStore(DatabaseSessionStore):
    """Has to be called so: the name is part of what every session is signed with."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key or ""
        # A cookie can hold what PostgreSQL takes in no text.
        found: Session | None = None if "\0" in key else _KEPT.first(key=key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


_KEPT = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))
