"""What districts are called where people read them: two of one name are told apart."""

from __future__ import annotations

import pandas as pd

from asset_inventory.outputs.views.table_view import district_names


def test_districts_that_their_names_and_parents_leave_alike_are_called_by_their_ids_too():
    districts = pd.DataFrame(
        {
            "district": ["1", "2", "3", "4", "5", "6", "7"],
            "name": ["West", "West", "Mill", "Mill", "Ford", "Ford", None],
            "parent": [None, None, "North", "South", "North", "North", None],
        }
    )
    told = district_names(districts, "en")
    assert [told[one] for one in districts["district"]] == [
        "West (1)",
        "West (2)",
        "Mill (North)",
        "Mill (South)",
        "Ford (North) (5)",
        "Ford (North) (6)",
        "7",
    ]
