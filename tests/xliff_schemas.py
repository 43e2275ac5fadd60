"""The schemas of XLIFF, read where the shared data lie; nothing is fetched."""

from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tm.formats.xliff_version import Version

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "interop" / "schemas"
_SCHEMAS = {
    Version.V1_2: ("xliff/xliff-core-1.2-strict.xsd", "xliff/xliff-core-1.2-transitional.xsd"),
    Version.V2_0: ("xliff2.0/_all.xsd",),
    Version.V2_1: ("xliff2.1/_all.xsd",),
    Version.V2_2: ("xliff2.2/_all.xsd",),
}


class _Beside(etree.Resolver):  # type: ignore[misc]
    """Finds an imported schema beside the others; anything that would have to be fetched is refused."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolve(self, url: str, public_id: str, context: object) -> object:
        name = url.rsplit("/", 1)[-1]
        found = next(chain(self.folder.rglob(name), FOLDER.glob(name)), None)
        if Path(url).is_file():
            found = Path(url)
        assert found is not None, url
        return self.resolve_filename(str(found), context)


@cache
def schema(path: Path) -> etree.XMLSchema:
    """The schema in a file below the folder."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside(FOLDER / path.relative_to(FOLDER).parts[0]))
    return etree.XMLSchema(etree.parse(path, parser))


def check_valid(file: Path, version: Version) -> None:
    """Let the schemas of a version say whether a file is of it."""
    if not FOLDER.is_dir():
        pytest.skip("the schemas are not here (../shared/data/interop/schemas)")
    for name in _SCHEMAS[version]:
        held = schema(FOLDER / name)
        tree = etree.parse(file)
        assert held.validate(tree), f"{name}: {held.error_log}"
