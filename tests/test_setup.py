"""A project people can pick up: two commands, one wheel, no surprise for the process that
imports us.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import asset_inventory
from asset_inventory.cli.start import demo_city
from tests.support.paths import PROJECT

SETUP = configparser.ConfigParser()
SETUP.read(PROJECT / "setup.cfg", encoding="utf-8")


def listed(section: str, key: str) -> list[str]:
    return [line for line in SETUP[section][key].splitlines() if line and not line.startswith("#")]


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


# make


@pytest.fixture
def stand_in(tmp_path):
    """Put a `python3` first on the PATH that is this Python with a lie told first; return the
    PATH.
    """

    def make(lie: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        script = folder / "python3"
        script.write_text(
            f'#!/bin/sh\n# called as: python3 -c CODE\nexec "{sys.executable}" -c "{lie}\n$2"\n'
        )
        script.chmod(0o755)
        return f"{folder}:/usr/bin:/bin"

    return make


needs_make = pytest.mark.skipif(
    shutil.which("make", path="/usr/bin:/bin") is None, reason="make is not installed"
)


@pytest.mark.packaging
@needs_make
@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (
            "import sys; sys.version_info = (3, 9, 2, 'final', 0)",
            "python3 is Python 3.9. Install Python 3.11 or newer",
        ),
        ("import sys; sys.modules['ensurepip'] = None", "sudo apt install python3-venv"),
        ("import sys; sys.modules['venv'] = None", "sudo apt install python3-venv"),
        ("raise SystemExit(127)", "No python3 here. Install Python 3.11 or newer"),
    ],
    ids=["3.9", "no ensurepip", "no venv", "no python"],
)
@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_says_in_one_line_what_to_install(stand_in, tmp_path, lie, said, target):
    venv = tmp_path / "venv"
    done = run(
        "make", target, f"VENV={venv}", folder=PROJECT, PATH=stand_in(lie), HOME=str(tmp_path)
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert len((done.stdout + done.stderr).splitlines()) == 1
    assert not venv.exists()


@needs_make
def test_only_a_virtual_environment_is_ever_cleared(tmp_path):
    def venv_step(folder: Path) -> str:
        command = ("make", "-n", "demo", f"VENV={folder}", f"PYTHON={sys.executable}")
        steps = run(*command, folder=PROJECT, PATH="/usr/bin:/bin")
        return next(step for step in steps.stdout.splitlines() if " -m venv " in step)

    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pyvenv.cfg").touch()
    assert "--clear" in venv_step(tmp_path / "broken")
    (tmp_path / "papers").mkdir()
    assert "--clear" not in venv_step(tmp_path / "papers")


def test_a_good_python_is_let_through():
    done = run(
        "sh", "scripts/check_python.sh", sys.executable, folder=PROJECT, PATH="/usr/bin:/bin"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.packaging
@pytest.mark.parametrize(
    ("marker", "name", "package"),
    [("chromium", "Chromium", "chromium"), ("firefox", "Firefox", "firefox-esr")],
)
@pytest.mark.parametrize(("in_ci", "outcome"), [("false", "1 skipped"), ("true", "1 error")])
def test_a_missing_browser_is_a_reason_to_skip_but_a_fault_in_ci(
    tmp_path, in_ci, outcome, marker, name, package
):
    shutil.copy(PROJECT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_page.py").write_text(
        f"import pytest\n@pytest.mark.{marker}\ndef test_page(): pass\n"
    )
    settings = (
        "-c",
        PROJECT / "setup.cfg",
        "--rootdir",
        tmp_path,
        "-rsE",
        "-p",
        "no:cacheprovider",
    )
    done = run(
        sys.executable, "-m", "pytest", *settings, tmp_path, folder=tmp_path, PATH="", CI=in_ci
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout + done.stderr
    assert f"no {name} on the PATH (Debian: sudo apt install {package})" in done.stdout


# What is declared


def requirements(file: str) -> dict[str, list[Requirement]]:
    """Name -> requirements; a package has several lines where Pythons differ."""
    found: dict[str, list[Requirement]] = {}
    for line in (PROJECT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(requirement.name, []).append(requirement)
    return found


def pin(requirement: Requirement) -> Version:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


NEEDED = [
    *listed("options", "install_requires"),
    *listed("options.extras_require", "test"),
    *listed("options.extras_require", "docs"),
]
DIRECT = {requirement.name.lower(): requirement for requirement in map(Requirement, NEEDED)}


@pytest.mark.parametrize("extra", ["bench", "docs", "notebook", "test"])
def test_every_requirement_has_a_lower_bound(extra):
    for line in listed("options", "install_requires") + listed("options.extras_require", extra):
        assert [specifier.operator for specifier in Requirement(line).specifier] == [">="], line


@pytest.mark.parametrize("name", DIRECT)
def test_both_sets_of_constraints_follow_setup_cfg(name):
    (bound,) = DIRECT[name].specifier
    assert all(
        pin(line) >= Version(bound.version) for line in requirements("constraints.txt")[name]
    )
    oldest = requirements("constraints-oldest.txt")[name]
    # A newer Python may have no wheel of the oldest release; then a second line speaks of that
    # Python.
    assert [pin(line) for line in oldest if not line.marker or line.marker.evaluate()] == [
        Version(bound.version)
    ]


@pytest.mark.parametrize("file", ["constraints.txt", "constraints-oldest.txt"])
def test_constraints_name_packages_only(file):
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert all(pin(line) for lines in requirements(file).values() for line in lines)


def test_what_the_code_imports_is_installed_with_it():
    """Also for workbooks, figures and GeoParquet: only a way to print is left to whoever wants it."""
    imported = set()
    for file in (PROJECT / "asset_inventory").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            imported |= {name.partition(".")[0] for name in names}
    foreign = imported - set(sys.stdlib_module_names) - {"asset_inventory"}
    installed = {
        re.sub("[-_.]+", "_", Requirement(line).name).casefold()
        for line in listed("options", "install_requires")
    }
    imported_as = {"pillow": "pil"}
    installed = {imported_as.get(name, name) for name in installed}
    brought = {"pydantic_core"}  # by pydantic
    assert {one.casefold() for one in foreign} - installed - brought == {"weasyprint"}


def test_every_package_is_in_the_wheel():
    inside = {
        ".".join(file.parent.relative_to(PROJECT).parts)
        for file in (PROJECT / "asset_inventory").rglob("__init__.py")
    }
    assert set(listed("options", "packages")) == inside | {"asset_inventory.cities.semarang"}


def test_the_version_is_said_once():
    cited = re.search(
        r"^version: (.+)$", (PROJECT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert cited[1] == asset_inventory.__version__


def test_one_script_is_what_everybody_runs():
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)
    assert "bash .ci/run" in (PROJECT / ".github" / "workflows" / "tests.yml").read_text(
        encoding="utf-8"
    )
    for command in ("make demo", "make test", "make docs"):
        assert command in (PROJECT / "README.md").read_text(encoding="utf-8")


# A wheel in an empty folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built through a source archive from a copy of the tree and unpacked: a folder
    to import from.
    """
    work = tmp_path_factory.mktemp("wheel")
    tree = work / "tree"
    left_out = shutil.ignore_patterns(
        ".*", "build", "dist", "*.egg-info", "__pycache__", "tests", "notebooks", "maps"
    )
    shutil.copytree(PROJECT, tree, ignore=left_out)
    done = run(sys.executable, "-m", "build", "--no-isolation", folder=tree, **os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (tree / "dist").glob("*.whl")
    zipfile.ZipFile(file).extractall(work / "installed")
    return work / "installed"


def in_wheel(wheel: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where `asset_inventory` is the wheel's."""
    return run(
        sys.executable, *arguments, folder=folder, **{**os.environ, "PYTHONPATH": str(wheel)}
    )


@pytest.mark.packaging
def test_the_wheel_holds_words_curves_scripts_and_the_demo_city(wheel):
    package = wheel / "asset_inventory"
    for folder in ("messages", "model/library", "outputs/map/static", "outputs/report/static"):
        inside = {
            file.relative_to(package) for file in (package / folder).rglob("*") if file.is_file()
        }
        kept = {
            file.relative_to(PROJECT / "asset_inventory")
            for file in (PROJECT / "asset_inventory" / folder).rglob("*")
            if file.is_file() and file.suffix not in (".pyc", ".mo")
        }
        assert inside == kept
    city = package / "cities" / "semarang"
    assert (city / "city.toml").read_bytes() == (
        PROJECT / "data" / "semarang" / "city.toml"
    ).read_bytes()
    assert sorted(path.name for path in wheel.iterdir()) == [
        "asset_inventory",
        f"asset_inventory-{asset_inventory.__version__}.dist-info",
    ]


@pytest.mark.packaging
def test_the_demo_city_is_found_in_the_tree_and_in_the_wheel(wheel, tmp_path):
    assert demo_city() == PROJECT / "data" / "semarang"
    code = "from asset_inventory.cli.start import demo_city; print(demo_city())"
    done = in_wheel(wheel, tmp_path, "-c", code)
    assert done.stdout.strip() == str(wheel / "asset_inventory" / "cities" / "semarang"), (
        done.stderr
    )


@pytest.mark.packaging
@pytest.mark.parametrize(
    "arguments", [("new", "my_city"), ("schema",), ("demo", "--to", "demo")], ids=lambda a: a[0]
)
def test_commands_that_need_no_city_work_from_the_wheel(wheel, tmp_path, arguments):
    done = in_wheel(wheel, tmp_path, "-m", "asset_inventory", *arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_is_installed():
    (command,) = entry_points(group="console_scripts", name="asset-inventory")
    assert command.load() is import_module("asset_inventory.cli").main


# A polite guest


def in_new_python(code: str, folder: Path) -> str:
    done = run(sys.executable, "-W", "error", "-c", code, folder=folder, **os.environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_changes_no_variable_and_no_driver(tmp_path):
    (tmp_path / "point.csv").write_text("x,y,name\n110.4,-7.0,Semarang\n")
    (tmp_path / "point.vrt").write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="point"><SrcDataSource relativeToVRT="1">point.csv</SrcDataSource>'
        '<GeometryField encoding="PointFromColumns" x="x" y="y"/></OGRVRTLayer></OGRVRTDataSource>'
    )
    (tmp_path / "grid.asc").write_text(
        "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 10\n1 2\n"
    )
    (tmp_path / "grid.vrt").write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="1"><GeoTransform>0, 10, 0, 10, 0, -10</GeoTransform>'
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename relativeToVRT="1">grid.asc'
        "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    code = """
import os
before = dict(os.environ)
import asset_inventory
assert dict(os.environ) == before
asset_inventory.read_city, asset_inventory.assess, asset_inventory.explain
changed = {name for name, value in set(os.environ.items()) ^ set(before.items())}
assert changed <= {"GDAL_CURL_CA_BUNDLE", "PROJ_CURL_CA_BUNDLE"}, changed  # pyogrio's own, not ours
import pyogrio, rasterio
print(pyogrio.read_dataframe("point.vrt")["name"][0])
with rasterio.open("grid.vrt") as grid:
    print(grid.read(1).sum())  # 1 + 2
"""
    assert in_new_python(code, tmp_path).split() == ["Semarang", "3.0"]


@pytest.mark.parametrize("arguments", [["--help"], ["assess", "--help"]], ids=" ".join)
def test_help_imports_no_pandas(tmp_path, arguments):
    code = f"""
import sys
sys.argv[1:] = {arguments}
try:
    import asset_inventory.__main__
except SystemExit as end:
    print("exit", end.code)
heavy = {{"pandas", "numpy", "geopandas", "shapely", "pyogrio", "rasterio", "folium", "pandera", "pydantic"}}
print("imported", heavy & set(sys.modules))
"""
    said = in_new_python(code, tmp_path)
    assert "asset-inventory" in said
    assert said.endswith("exit 0\nimported set()\n")


@pytest.mark.parametrize("name", sorted(set(asset_inventory.__all__) - {"__version__"}))
def test_a_name_is_loaded_when_it_is_used(name):
    room = asset_inventory._MODULES[name]
    assert getattr(asset_inventory, name) is getattr(import_module(room), name)
    assert name in dir(asset_inventory)


def test_dir_shows_the_public_names_alone():
    assert dir(asset_inventory) == sorted(asset_inventory.__all__)


def test_a_name_that_is_not_there_is_said():
    with pytest.raises(AttributeError, match="has no attribute 'asess'"):
        asset_inventory.asess  # noqa: B018 looking is the test
