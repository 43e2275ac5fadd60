"""The alembic steps that bring an older memory up to date. Run by ``tm.memory``; no alembic.ini is needed."""
