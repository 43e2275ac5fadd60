"""``untm read``."""

import click

from cli.options import FILE, NamedFile, common_options, dump, encoding_option, original_option, read_edition, settings


@click.command()
@click.argument("file", type=FILE)
@encoding_option
@original_option
@common_options
def read(file: NamedFile, encoding: str | None, original: bool) -> int:
    """Show the segments of one document, with kind, label and path.

    Extraction debris is repaired; page furniture and footnotes are set apart and shown with their kind.

    \b
    Example:
        untm read fixtures/report/real/fr.txt
        untm read ar=rapport.txt --json
        untm read A_RES_70_1_E.docx --original
    """
    from tm import shapes

    options = settings()
    edition = read_edition(file, options, encoding, original=original)
    if options.json:
        dump(shapes.edition(edition))
    else:
        from cli.show import segments_table

        options.console().print(segments_table(edition))
    return options.status
