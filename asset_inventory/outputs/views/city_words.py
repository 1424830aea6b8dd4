"""The words of a city in what is written about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, runtime_checkable

from asset_inventory.messages import with_city_words
from asset_inventory.model.city import City

_Arguments = ParamSpec("_Arguments")
_Returned = TypeVar("_Returned")


@runtime_checkable
class _OfCity(Protocol):
    @property
    def city(self) -> City: ...


class _OfAssessment(Protocol):
    @property
    def assessment(self) -> _OfCity: ...


About = City | _OfCity | _OfAssessment  # a city, its assessment, or what holds its assessment
_About = TypeVar("_About", bound=About)


def city_of(about: About) -> City:
    """Return the city that something is about."""
    if isinstance(about, City):
        return about
    return about.city if isinstance(about, _OfCity) else about.assessment.city


def in_city_words(
    write: Callable[Concatenate[_About, _Arguments], _Returned],
) -> Callable[Concatenate[_About, _Arguments], _Returned]:
    """Return a function whose sentences take the words of the city that its first argument is about."""

    @wraps(write)
    def written(
        about: _About, /, *args: _Arguments.args, **options: _Arguments.kwargs
    ) -> _Returned:
        with with_city_words(city_of(about).words):
            return write(about, *args, **options)

    return written
