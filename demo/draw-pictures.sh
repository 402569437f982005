#!/usr/bin/env bash
# Redraws demo/pictures/*.png from demo/pictures/source/*.svg.
#
#   demo/draw-pictures.sh              every picture
#   demo/draw-pictures.sh kettle-dawn  only the named ones
#
# Needs the distribution's chromium (or CHROMIUM=/path/to/it). With pngquant
# beside it the pictures come out about half as heavy; without it they are
# drawn just the same.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
if [[ -z $chromium ]]; then
  echo "draw-pictures: chromium is not installed (apt-get install chromium)" >&2
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

draw() {
  local name=$1
  local source="$here/pictures/source/$name.svg"
  local shot="$scratch/$name.png"
  if [[ ! -f $source ]]; then
    echo "draw-pictures: no such drawing: $source" >&2
    return 1
  fi
  # A page around the drawing: a bare SVG would be shown with the browser's own margins.
  {
    printf '<!doctype html><meta charset="utf-8"><style>html,body{margin:0}svg{display:block}</style>'
    cat "$source"
  } >"$scratch/$name.html"
  "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$scratch/profile" --hide-scrollbars --force-device-scale-factor=1 \
    --window-size=800,800 --screenshot="$shot" "file://$scratch/$name.html" >/dev/null 2>&1
  if [[ ! -s $shot ]]; then
    echo "draw-pictures: chromium made no picture of $name" >&2
    return 1
  fi
  if command -v pngquant >/dev/null; then
    pngquant --force --nofs --speed 1 --strip --output "$shot" 96 "$shot"
  fi
  mv "$shot" "$here/pictures/$name.png"
}

if (($# > 0)); then
  for name in "$@"; do draw "$name"; done
else
  for file in "$here"/pictures/source/*.svg; do draw "$(basename "$file" .svg)"; done
fi
echo "draw-pictures: done, $(find "$here/pictures" -maxdepth 1 -name '*.png' | wc -l) pictures in $here/pictures"
