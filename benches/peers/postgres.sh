#!/bin/sh
# Starts a PostgreSQL of its own in an empty folder, says "ready" and the folder of its socket, and
# stops it when standard input ends. Nothing listens on the network. Every commit is synced, as
# PostgreSQL does unless told otherwise.
#
# Usage: postgres.sh FOLDER
set -eu

folder=$1
owner=$(id -un)

programs() {
    find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

fail() {
    echo "$1" >&2
    exit 1
}

if [ -z "$(programs)" ]; then
    [ "$owner" = root ] || fail "PostgreSQL is not installed: apt-get install postgresql"
    { apt-get update && apt-get install -y --no-install-recommends postgresql; } >&2 ||
        fail "PostgreSQL could not be installed"
fi
programs=$(programs)
[ -n "$programs" ] || fail "PostgreSQL is not where Debian puts it"

# The path of a socket may not be long, and that of the folder can be.
socket=$(mktemp -d)

# PostgreSQL refuses to run as root. Debian's package brings a user for it.
as_owner() {
    if [ "$owner" = root ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

stop() {
    trap - EXIT
    as_owner "$programs/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null 2>&1 || true
    rm -rf "$socket"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

if [ "$owner" = root ]; then
    chown postgres "$folder" "$socket"
    runuser -u postgres -- test -x "$folder" ||
        fail "the user postgres cannot enter $folder: name another with --folder"
fi
cd "$folder"
as_owner "$programs/initdb" -D "$folder/data" -U milepost -A trust -E UTF8 --locale=C >/dev/null ||
    fail "initdb failed"
# Room for the workload in memory, and no checkpoint in the middle of it.
options="-k $socket -c listen_addresses= -c shared_buffers=256MB -c max_wal_size=4GB"
as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "$options" start >/dev/null ||
    fail "PostgreSQL did not start: $(cat log)"

echo "ready $socket"
cat >/dev/null
