"""The catalogue of kinds and models, from their declarations."""

import inspect
from collections.abc import Iterable

from ridgeline.kinds import CATALOGUE, Frozen, Kind
from ridgeline.spec.models import MODELS, PublishedModel
from ridgeline.spec.views import ModelView, Page, RegularizerView, StrengthView


def regularizers() -> Page[RegularizerView]:
    """Every kind."""
    return Page[RegularizerView](items=tuple(_regularizer(kind) for kind in CATALOGUE.values()), next_cursor=None)


def models(published: Iterable[PublishedModel]) -> Page[ModelView]:
    """Every model: built in, then published by workers."""
    built_in = (_model(name, model) for name, model in MODELS.items())
    return Page[ModelView](items=(*built_in, *map(_custom, published)), next_cursor=None)


def _regularizer(kind: type[Kind]) -> RegularizerView:
    return RegularizerView(
        kind=kind.name(),
        title=kind.title,
        formula=kind.formula,
        acts_on=kind.acts_on,
        strengths=tuple(
            StrengthView(name=name, meaning=str(kind.model_fields[name].description), bounds=bounds)
            for name, bounds in kind.bounds.items()
        ),
        refuses=kind.refuses,
        refuses_tasks=kind.refuses_tasks,
        excludes=kind.excludes,
        requires=kind.requires,
        is_static=kind.is_static,
        in_default_set=kind.in_default_set,
        in_default_cocktail=kind.in_default_cocktail,
        relative_cost=kind.relative_cost,
        pytorch=kind.pytorch,
        elsewhere=kind.elsewhere,
        source=kind.source,
    )


def _model(name: str, model: type[Frozen]) -> ModelView:
    return ModelView(
        kind=name,
        description=inspect.getdoc(model) or "",
        options=model.model_json_schema(),
        regularizers=tuple(kind for kind, declared in CATALOGUE.items() if name not in declared.refuses),
        refuses={kind: declared.refuses[name] for kind, declared in CATALOGUE.items() if name in declared.refuses},
    )


def _custom(model: PublishedModel) -> ModelView:
    every = {kind: declared.refuses["custom"] for kind, declared in CATALOGUE.items() if "custom" in declared.refuses}
    refuses = every | model.refuses
    return ModelView(
        kind="custom",
        name=model.name,
        description=model.description,
        options=model.options,
        regularizers=tuple(kind for kind in CATALOGUE if kind not in refuses),
        refuses=refuses,
        package=model.package,
    )
