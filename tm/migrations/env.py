"""Run by alembic: puts the steps through on the connection that ``tm.memory`` hands over."""

from alembic import context

from tm import schema


def run() -> None:
    """Run the steps inside the caller's transaction."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=schema.metadata)
    with context.begin_transaction():
        context.run_migrations()


# alembic fills its context only while it runs steps; when this file is merely imported there is nothing to do.
if hasattr(context, "config"):
    run()
