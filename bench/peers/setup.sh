#!/bin/sh
# The Python environment of the peers that `npm run bench:engine -- --peers` measures. Nothing else uses it.
#
#   npm run setup:peers                 JAX, NumPy and PyTorch
#   npm run setup:peers -- --no-torch   JAX and NumPy alone (150 MB of downloads in place of 3 GB: on
#                                       Linux, PyPI has PyTorch with CUDA only)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/liesweep/peers"

[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/$1"; }

install requirements.txt
[ "${1:-}" = --no-torch ] || install requirements-torch.txt
"$venv/bin/python" -m pip freeze --disable-pip-version-check | grep -E '^(jax|jaxlib|numpy|torch)=='
echo "peers are in $venv"
