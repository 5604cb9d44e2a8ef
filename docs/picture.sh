#!/usr/bin/env bash
# Draws what `liesweep show SWEEP` prints as docs/verdict.png. Needs chromium, and the sweep in the database.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
{
  echo '<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 22px 26px; background: #14171c }
    pre { margin: 0; font: 15px/1.42 "DejaVu Sans Mono", monospace; color: #d7dce2 }
    pre::first-line { color: #7fd1a1; font-weight: bold }</style><pre>'
  COLUMNS=80 node cli/liesweep.mjs show "${1:-two-body}" | sed '/^Where to look next/,$d' |
    sed 's/&/\&amp;/g; s/</\&lt;/g'
  echo '</pre>'
} > "$folder/verdict.html"
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync \
  --disable-background-networking --disable-component-update --hide-scrollbars \
  --user-data-dir="$folder/profile" --window-size=800,1050 --force-device-scale-factor=1.5 \
  --screenshot="$PWD/docs/verdict.png" "file://$folder/verdict.html" 2> "$folder/chromium.log"
