#!/usr/bin/env bash
# Sets everything up, builds the demonstration city where the database has none, and starts web server and worker.
# The settings are config.settings.base: no server besides these two is needed. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT=${PORT:-8000} HOST=${HOST:-127.0.0.1}
export PATH="$PWD/.venv/bin:$PATH"

"${PYTHON:-python3}" scripts/port.py "$HOST" "$PORT" # first of all, before the long work
scripts/setup.sh
python manage.py demo

{
  python scripts/port.py "$HOST" "$PORT" --wait \
    && printf '\n  The product is ready:  http://localhost:%s/\n  Stop it with Ctrl-C.\n\n' "$PORT"
} &
announcer=$!

# Celery warns a worker that runs as root. This one listens on no port and reads its tasks from a folder of ours.
export PYTHONWARNINGS="ignore:You're running the worker with superuser privileges"

# Ctrl-C reaches everyone here at once. honcho ends both processes in order; this script only waits for it,
# and an end that was asked for is not an error.
trap : INT TERM
status=0
honcho --env /dev/null --no-prefix start || status=$?
kill "$announcer" 2>/dev/null || true
case $status in
  0 | 130 | 143) echo "Stopped." ;;
  *) exit "$status" ;;
esac
