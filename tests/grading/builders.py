"""Small parts that the grading tests are made of: a question, a guide in memory, a screen."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.domain import (
    Criterion,
    CriterionKind,
    Dimension,
    Lang,
    OpenQuestion,
    Rubric,
    Section,
)
from simulator.grading.screen import Screened, screen
from simulator.guide.chunking import sections
from simulator.ports import Hit

GUIDE = """# Colas

### 🏗 Arquitectura

- Desacopla productores y consumidores
- Permite reintentos y mensajes muertos

### 🔐 Seguridad

- Cifrado de la cola en reposo
- Permisos mínimos por consumidor

# Caches

### 🏗 Arquitectura

- Guarda lecturas repetidas cerca del servicio
"""
RUBRIC = Rubric(
    dimensions=(
        Dimension(name="architecture", title={"es": "Arquitectura"}),
        Dimension(name="security", title={"es": "Seguridad"}, scale=(0, 10)),
    )
)
QUESTION = OpenQuestion(
    id="orders",
    lang=Lang.ES,
    text="¿Cómo procesarías los pedidos que entran por la tienda sin perder ninguno en un pico?",
    criteria=(
        Criterion(
            id="queue",
            text="Pone una cola entre la entrada y el procesamiento para desacoplarlos.",
            dimension="architecture",
            weight=3,
            sections=("colas/architecture",),
            examples=("Metería una cola en el medio para que no dependan uno del otro.",),
        ),
        Criterion(
            id="retries",
            text="Reintenta los mensajes que fallan y aparta los que siguen fallando.",
            dimension="architecture",
            sections=("colas/architecture",),
        ),
        Criterion(
            id="one-process",
            text="Propone hacer todo en un solo proceso.",
            dimension="architecture",
            kind=CriterionKind.ERROR,
        ),
        Criterion(
            id="encryption",
            text="Cifra los datos en reposo.",
            dimension="security",
            sections=("colas/security",),
        ),
    ),
)
GOOD = (
    "Pondría una cola entre la tienda y los procesos para desacoplarlos. "
    "Los mensajes que fallan se reintentan y luego van a una cola aparte. "
    "Todo queda cifrado en reposo."
)


class ListRetriever:
    """A `Retriever` over a list: sections that share more words with the query come first."""

    def __init__(self, text: str = GUIDE, hidden: Sequence[str] = ()) -> None:
        self.guide = "prueba"
        self.version = "v1"
        self.versions = {self.guide: "v1"}
        self.text = text
        self._sections = sections(text, self.guide)
        self._hidden = set(hidden)

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        service: str | None = None,
        aspect: str | None = None,
        dimension: str | None = None,
    ) -> list[Hit]:
        asked = set(query.lower().split())
        hits = [
            Hit(section=s, score=len(asked & set(s.text.lower().split())))
            for s in self._sections
            if s.key not in self._hidden
            and service in (None, s.service)
            and aspect in (None, s.aspect)
            and dimension in (None, s.dimension)
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def section(self, key: str) -> Section | None:
        return next((s for s in self._sections if s.key == key), None)

    def sections(self) -> list[Section]:
        return list(self._sections)


def screened(*answers: str) -> Screened:
    return screen(answers, QUESTION.text)
