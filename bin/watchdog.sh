#!/bin/sh
# Starts the supervisor again when it dies while a project is unfinished. Ends when there is nothing left to watch.
# A shell and not Node, because it runs for as long as the supervisor does: 2 MB of memory instead of 40.
#
#   watchdog.sh DATA NODE START    state directory, path of Node, path of start.js
set -u
data=$1 node=$2 start=$3
. "${0%/*}/alive.sh"

# Seconds between two looks.
LOOK=3
# Starts in a row that need no pause; one that failed counts for three.
QUICK=10
# Seconds of life after which a supervisor counts as healthy.
HEALTHY=12
# Seconds of the longest pause between two starts.
LONGEST=60

# One function, read whole before it runs: the file may be replaced meanwhile.
main() {
  # It outlives the terminal and the tmux server.
  trap '' HUP
  starts=0 up=0
  while :; do
    sleep "$LOOK"
    is_needed || exit 0
    if is_supervised; then
      up=$((up + LOOK))
      [ "$up" -lt "$HEALTHY" ] || starts=0
      continue
    fi
    ! is_being_replaced || continue
    up=0 starts=$((starts + 1))
    rest
    is_needed || exit 0
    is_supervised || "$node" "$start" "$data" || starts=$((starts + 2))
  done
}

rest() {
  seconds=$(((starts - QUICK) * 5))
  [ "$seconds" -le "$LONGEST" ] || seconds=$LONGEST
  [ "$seconds" -le 0 ] || sleep "$seconds"
}

# A person stopped it, another watchdog has taken over, or nothing is unfinished: then nobody has to be started.
is_needed() {
  [ -d "$data" ] && [ ! -e "$data/spool/.stopped" ] || return 1
  # A damaged record names no other watchdog. The next supervisor writes it anew.
  if words=$(first_words "$data/watchdog.pid"); then
    watchdog=${words%% *}
    case $watchdog in '' | *[!0-9]*) ;; *) [ "$watchdog" = $$ ] || return 1 ;; esac
  fi
  is_supervised || has_unfinished
}

is_supervised() {
  is_alive "$data/supervisor.pid"
}

# A command stopped it to start the next one, within the last minute.
is_being_replaced() {
  [ -n "$(find "$data/spool/.replaced" -prune -mmin -1 2>/dev/null)" ]
}

# The beginning of a record: what stands in its place may have no end, or never begin.
first_words() {
  [ -f "$1" ] && head -c 100 "$1"
}

has_unfinished() {
  for record in "$data"/state/projects/p_*.json "$data"/state/projects/p_*.json.previous; do
    [ ! -e "$record" ] || return 0
  done
  return 1
}

main
exit
