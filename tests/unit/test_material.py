"""What the model reads with a question: texts, dicts, frames, functions, and how much of them."""

import subprocess
import sys

import pandas as pd
import pytest

from nicewen.services.material import CELL, LONGEST, Material, Value, material_of, read_material


@pytest.mark.parametrize("given", [None, "", {}, [], pd.DataFrame()])
def test_nothing_is_nothing(given: Value) -> None:
    assert material_of(given) is None


def test_a_text_is_sent_as_it_is() -> None:
    assert material_of("as it is\n") == Material("as it is\n", "text", 9, 9)


async def test_a_function_is_called_at_each_asking_and_may_be_async() -> None:
    seen = iter(["one", "two"])

    async def later() -> list[dict[str, int]]:
        return [{"order": 17}]

    assert [await read_material(lambda: next(seen)) for _ in range(2)] == [
        Material("one", "text", 3, 3),
        Material("two", "text", 3, 3),
    ]
    assert await read_material(later) == Material('{"order": 17}', "table", 1, 1)


def test_of_many_rows_the_first_are_sent_whole() -> None:
    material = material_of([{"text": "y" * 1000}] * 200)
    assert material is not None
    assert material.text.splitlines()[0] == f"(the first {material.shown} of 200 rows)"
    assert material.text.splitlines()[-1].endswith('y"}')
    assert 0 < material.shown < 12


def test_a_long_text_is_cut_and_says_so() -> None:
    material = material_of("x" * (LONGEST + 1))
    assert material is not None
    assert material.text == f"(the first {LONGEST} of {LONGEST + 1} characters)\n" + "x" * LONGEST
    assert (material.shown, material.of) == (LONGEST, LONGEST + 1)


def test_a_dict_is_json_that_people_can_read() -> None:
    material = material_of({"订单": 17, "when": pd.Timestamp("2026-01-02")})
    assert material == Material('{\n "订单": 17,\n "when": "2026-01-02 00:00:00"\n}', "fields", 2, 2)


def test_a_small_frame_is_sent_whole_as_csv() -> None:
    assert material_of(pd.DataFrame({"order": [17, 18], "state": ["late, very", None]})) == Material(
        'order,state\n17,"late, very"\n18,', "table", 2, 2
    )


def test_an_index_that_says_something_is_sent_too() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], name="key"))
    material = material_of(frame)
    assert material is not None
    assert material.text == "key,n\na,1\nb,2"
    selected = material_of(pd.DataFrame({"n": [1, 2, 3]}).iloc[1:])
    assert selected is not None
    assert selected.text == ",n\n1,2\n2,3"


def test_of_a_large_frame_the_first_rows_and_columns_are_sent_and_the_first_line_says_so() -> None:
    material = material_of(pd.DataFrame({f"c{column}": range(1000) for column in range(40)}))
    assert material is not None
    lines = material.text.splitlines()
    assert lines[0] == f"(the first {material.shown} of 1000 rows and 30 of 40 columns)"
    assert lines[1].startswith("c0,c1")
    assert lines[1].endswith(",c29")
    assert len(lines) == material.shown + 2
    assert material.shown <= 100
    assert material.of == 1000


def test_wide_cells_are_cut_and_the_rows_that_fit_are_whole() -> None:
    material = material_of(pd.DataFrame({"text": ["y" * 1000] * 90}))
    assert material is not None
    assert len(material.text) <= LONGEST + 100
    assert material.text.splitlines()[-1] == "y" * CELL + "…"
    assert 0 < material.shown < 90


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="context="):
        material_of(17)  # type: ignore[arg-type]


def test_pandas_is_not_imported_by_us() -> None:
    code = "import sys, nicewen.components; from nicewen.services.material import material_of; material_of('x'); "
    code += "print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
