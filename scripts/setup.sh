#!/usr/bin/env bash
# Makes .venv from the lock files, compiles the translations and migrates the database. Quick when nothing changed.
#   scripts/setup.sh          what the product needs to run
#   scripts/setup.sh --dev    and what testing and developing needs
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

locks=(requirements.txt)
[[ "${1:-}" == --dev ]] && locks+=(requirements-dev.txt)

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if new_enough "$name"; then command -v "$name"; return; fi
  done
  fail "Python 3.11 or newer is needed and was not found${PYTHON:+ under PYTHON=$PYTHON}."
}

as_root() {
  if [[ $EUID == 0 ]]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1
  fi
}

# Debian ships Python without the part that makes environments. Then a virtualenv put into a folder of its own does
# it (pip can write there even where it may not touch the system's packages), and where there is no pip either,
# the system's package. Each way is tried only when the one before it failed.
make_environment() {
  local python=$1 tools
  "$python" -m venv .venv >/dev/null 2>&1 && return
  rm -rf .venv
  tools=$(mktemp -d)
  if "$python" -m pip install --quiet --target "$tools" virtualenv >/dev/null 2>&1 \
    && PYTHONPATH=$tools "$python" -m virtualenv --quiet .venv; then
    rm -rf "$tools"
    return
  fi
  rm -rf .venv "$tools"
  if command -v apt-get >/dev/null && as_root true; then
    say "Installing python3-venv ..."
    as_root apt-get update -qq && as_root apt-get install -y -qq python3-venv >/dev/null && "$python" -m venv .venv && return
  fi
  rm -rf .venv
  fail "$python can make no virtual environment here. Install the package python3-venv, then run this again."
}

if ! new_enough .venv/bin/python; then
  python=$(find_python)
  say "Making the environment .venv ..."
  rm -rf .venv
  make_environment "$python"
fi

# One stamp for each lock file that is installed, holding what it said: a runtime setup after a development setup
# has nothing to do.
for lock in "${locks[@]}"; do
  stamp=.venv/.installed-$lock
  if ! cmp -s "$lock" "$stamp"; then
    say "Installing the packages of $lock ..."
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" "$stamp"
  fi
done

# Papers are printed by a library that draws text with Pango, and Chinese text needs a font. Where these are neither
# here nor installable, everything else runs, and the pages of the papers name the package that is missing.
missing=()
libraries=$(ldconfig -p 2>/dev/null || true)
fonts=$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -iname '*cjk*' 2>/dev/null || true)
[[ $libraries == *libpango-1.0.so.0* ]] || missing+=(libpango-1.0-0)
[[ $libraries == *libpangoft2-1.0.so.0* ]] || missing+=(libpangoft2-1.0-0)
[[ $libraries == *libharfbuzz-subset.so.0* ]] || missing+=(libharfbuzz-subset0)
[[ -n $fonts ]] || missing+=(fonts-noto-cjk)
# The rarest characters of names, which that font lacks.
[[ -n $(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -iname 'hanamin*' 2>/dev/null || true) ]] \
  || missing+=(fonts-hanazono)
if ((${#missing[@]})); then
  if [[ "${NO_APT:-}" != 1 ]] && command -v apt-get >/dev/null && as_root true; then
    say "Installing ${missing[*]} ..."
    as_root apt-get update -qq || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || true
  else
    say "Papers cannot be printed, or not in full, until these packages are installed: ${missing[*]}"
  fi
fi

.venv/bin/python scripts/compile_messages.py
say "Bringing the database up to date ..."
.venv/bin/python manage.py migrate --verbosity 0
