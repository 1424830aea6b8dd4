"""What of the town is public, and how its city.toml declares that."""

from __future__ import annotations

PUBLIC = ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"')
SAYS_VALUE = (PUBLIC[0], PUBLIC[1] + '\ncolumn_visibility = { value = "public", owner = "public" }')
YEARLY = {"annual_damage", "annual_damage_ratio"}  # of a stress
MONEY = {"value", "value_rule", "damage", "ead", "ead_low", "ead_high", "ead_sea", "rule"} | YEARLY
INTERNAL = 'visibility = "internal"\n'


PUBLIC_LAYERS = (
    'source = { title = "Buildings"',
    'visibility = "public"\nsource = { title = "Buildings"',
)


PUBLIC_VALUES = ('owner = "Works"', 'owner = "Works"\ncolumn_visibility = { value = "public" }')


# fmt: off
PUBLIC_TABLES = [(f'source = "{who}"', f'source = "{who}", visibility = "public"')
                 for who in ("Forum", "Social office", "Planning office")]
# fmt: on
