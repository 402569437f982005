#!/usr/bin/env bash
# Makes ../curves.js anew from the locked packages and says its SHA-256. Needed only when the library is brought up to date.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
npx --no-install esbuild entry.js --bundle --format=iife --global-name=curves --target=es2020 --legal-comments=inline --outfile=../curves.js
cp node_modules/@noble/curves/LICENSE ../LICENSE
sha256sum ../curves.js
