"""A register on a disk that is too small, through the command line: `register_weather full`."""

from __future__ import annotations


def full(folder, times, assets, random):
    return 0
