"""The door: `lossatlas study | claims | report | points | data | theory`.

A file a command, and a command does three things: it parses, calls one room, and prints. Heavy rooms
are imported when a command runs, so that `lossatlas --help` answers at once.
"""

from ._main import app as app, main as main
