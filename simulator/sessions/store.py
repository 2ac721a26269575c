"""The record of every interview, in any database that SQLAlchemy speaks to (SQLite by default).

Events are appended, one transaction each, and never changed: what was committed before a crash is
there after it. Two writers of one session cannot mix: the second gets a SessionError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    case,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from simulator.domain import Frozen, Session
from simulator.errors import SessionError, StorageError
from simulator.interview.events import EVENT, Event, Started
from simulator.interview.replay import replay

_METADATA = MetaData()
_SESSIONS = Table(
    "sessions",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("created", String(40), nullable=False, index=True),
)
_EVENTS = Table(
    "events",
    _METADATA,
    Column("session_id", String(32), ForeignKey("sessions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
)


class Summary(Frozen):
    """A line of the list of sessions. Times are ISO 8601 in UTC."""

    id: str
    created: str
    last: str
    events: int
    finished: bool


class SessionStore:
    """Sessions in one database. Raises StorageError when the database cannot be used."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        with _storage_errors():
            _METADATA.create_all(self._engine)

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    def create(self, started: Started) -> Session:
        """Record a new session. Raises SessionError when its id is taken."""
        with _storage_errors(), self._engine.begin() as connection:
            try:
                connection.execute(insert(_SESSIONS).values(id=started.id, created=started.created))
            except IntegrityError:
                raise SessionError(f"session {started.id} exists already") from None
            _append(connection, started.id, 0, started)
        return replay([started])

    def append(self, session_id: str, seq: int, happening: Event) -> None:
        """Record the event number `seq` (from 0). Raises SessionError when it is recorded already:
        the session went on elsewhere."""
        with _storage_errors(), self._engine.begin() as connection:
            try:
                _append(connection, session_id, seq, happening)
            except IntegrityError:
                raise SessionError(
                    f"session {session_id} goes on in another window; close it and resume here"
                ) from None

    def events(self, session_id: str) -> list[Event]:
        """Every event of a session in order. Raises SessionError when there is none such."""
        query = (
            select(_EVENTS.c.body).where(_EVENTS.c.session_id == session_id).order_by(_EVENTS.c.seq)
        )
        with _storage_errors(), self._engine.connect() as connection:
            bodies = connection.scalars(query).all()
        if not bodies:
            raise SessionError(f"there is no session '{session_id}'; see 'sessions list'")
        try:
            return [EVENT.validate_json(body) for body in bodies]
        except ValidationError:
            raise SessionError(
                f"session {session_id} was written by another version and cannot be read"
            ) from None

    def load(self, session_id: str) -> Session:
        """A session as its events left it."""
        return replay(self.events(session_id))

    def find(self, prefix: str) -> str:
        """The one session id that begins with `prefix`. Raises SessionError on none or several."""
        query = select(_SESSIONS.c.id).where(_SESSIONS.c.id.startswith(prefix, autoescape=True))
        with _storage_errors(), self._engine.connect() as connection:
            ids = connection.scalars(query.limit(2)).all()
        if len(ids) == 1:
            return str(ids[0])
        if ids:
            raise SessionError(f"several sessions begin with '{prefix}'; type more of the id")
        raise SessionError(f"there is no session '{prefix}'; see 'sessions list'")

    def list(self, limit: int = 100) -> Sequence[Summary]:
        """The newest sessions first."""
        query = (
            select(
                _SESSIONS.c.id,
                _SESSIONS.c.created,
                func.max(_EVENTS.c.at).label("last"),
                func.count(_EVENTS.c.seq).label("events"),
                func.max(case((_EVENTS.c.kind == "finished", 1), else_=0)).label("finished"),
            )
            .join(_EVENTS)
            .group_by(_SESSIONS.c.id, _SESSIONS.c.created)
            .order_by(_SESSIONS.c.created.desc(), _SESSIONS.c.id)
            .limit(limit)
        )
        with _storage_errors(), self._engine.connect() as connection:
            return [Summary.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def delete(self, session_id: str) -> None:
        """Forget a session for good."""
        with _storage_errors(), self._engine.begin() as connection:
            connection.execute(delete(_EVENTS).where(_EVENTS.c.session_id == session_id))
            connection.execute(delete(_SESSIONS).where(_SESSIONS.c.id == session_id))


def _append(connection: Connection, session_id: str, seq: int, happening: Event) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(
        insert(_EVENTS).values(
            session_id=session_id,
            seq=seq,
            at=now,
            kind=happening.kind,
            body=EVENT.dump_json(happening).decode(),
        )
    )


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except OSError as error:
        raise StorageError(
            f"the folder of the sessions cannot be made ({error.strerror}); set SIMULATOR_HOME"
        ) from None
    except (SQLAlchemyError, ImportError) as error:
        raise StorageError(
            f"SIMULATOR_DATABASE_URL cannot be used ({str(error).splitlines()[0]}); correct it"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: Any, _record: object) -> None:
    # https://www.sqlite.org/pragma.html#pragma_synchronous: FULL survives a loss of power in WAL.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageError(
            f"the sessions' database failed ({error.orig}); free some disk or set SIMULATOR_HOME"
        ) from None
