#!/bin/sh
# Python environments in the user's cache for what is carried away. Nothing else uses them.
#
#   npm run setup:emlp        EMLP and the JAX it was written for (Python 3.10 or 3.11; 0.8 GB on disk)
#   npm run setup:notebook    pandas, SQLAlchemy and a Parquet reader, for the snippets of docs/carry-away.md
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/liesweep/$1"

[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements-$1.txt"
echo "$1 is in $venv"
