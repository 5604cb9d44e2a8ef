#!/bin/sh
# What `npm run bench:orchestration` compares with, in the user's cache. Nothing else uses it.
#
#   npm run setup:orchestration   Optuna and Ray Tune from PyPI (0.6 GB), and a Temporal server that keeps its
#                                 state in PostgreSQL, built from the Go module proxy (go 1.24; 5 minutes, 0.2 GB)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/liesweep"
server=go.temporal.io/server
version=v1.29.1

[ -x "$cache/orchestrators/bin/python" ] || "${PYTHON:-python3}" -m venv "$cache/orchestrators"
"$cache/orchestrators/bin/python" -m pip install --quiet --disable-pip-version-check \
  -r "$here/../peers/requirements-orchestrators.txt"
echo "Optuna and Ray Tune are in $cache/orchestrators"

if [ ! -x "$cache/temporal-server/server" ]; then
  building="$cache/temporal-server.partial"
  rm -rf "$building" && mkdir -p "$building"
  export GOBIN="$building" CGO_ENABLED=0 GOFLAGS=-mod=mod
  go install "$server/cmd/server@$version"
  go install "$server/cmd/tools/sql@$version"
  cp -R "$(go env GOMODCACHE)/$server@$version/schema/postgresql/v12" "$building/schema"
  chmod -R u+w "$building/schema"
  mv "$building" "$cache/temporal-server"
fi
echo "temporal-server is in $cache/temporal-server"
