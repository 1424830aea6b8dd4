"""An assessment: a city computed whole, explained, compared, and checked before it is computed."""
