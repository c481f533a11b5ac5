#!/bin/sh
# Reports an agent's hook: writes it as a file into the spool, which the supervisor watches. Answers nothing, and never fails its agent.
# A shell and not Node: 4 ms of processor time instead of 60, for every hook of every agent (docs/adr/0020-hooks-report-through-the-spool.md).
# POSIX alone, for dash, bash and busybox.
#
#   hook.sh NODE EVENT    path of Node, name of the event; what the agent gives comes on standard input

# Bytes of what an agent gives at most. What is longer is cut; the supervisor sees that by the length (src/adapters/spooled-report.ts).
LONGEST=16777216

# One function, read whole before it runs: the file may be replaced meanwhile.
main() {
  # Started outside an agent of ours, for instance by the same settings file in a person's own session: nothing to report.
  [ "${ORCH_STATE:-}" ] && [ "${ORCH_AGENT:-}" ] && [ "${ORCH_RUN:-}" ] || return
  exec >/dev/null 2>&1
  # An agent may have changed it.
  PATH=$PATH:/usr/bin:/bin
  spool=$ORCH_STATE/spool
  folder=${0%/*}
  # A person stopped it: it stays away until a person's command starts it.
  if [ -e "$spool/.stopped" ] || is_supervised; then
    report "$2"
  else
    # Its own umask and traps are not for the supervisor.
    (report "$2")
    "$1" "$folder/restart.js"
  fi
}

is_supervised() {
  [ -f "$folder/alive.sh" ] && . "$folder/alive.sh" && is_alive "$ORCH_STATE/supervisor.pid"
}

# Complete under its name from the first moment: written beside it, then renamed.
report() {
  # A window that closes ends everything in it: its agent's last report is written all the same.
  trap '' HUP
  umask 077
  [ -d "$spool" ] || mkdir -p "$spool"
  # An earlier process of this number may have left a report that waits for a supervisor.
  count=0
  while [ -e "$spool/$$.$count.tmp" ] || [ -e "$spool/$$.$count.report" ]; do count=$((count + 1)); done
  name=$spool/$$.$count
  # Refuses to write into what stands in its place by now.
  set -C
  # Fails on a disk that is full or read-only; the agent goes on. The token is an argument of no program: echo is the shell's own.
  {
    echo "${ORCH_PROJECT:-}
$ORCH_AGENT
$ORCH_RUN
${ORCH_TOKEN:-}
$1" && head -c "$LONGEST"
  } >"$name.tmp" && mv -f "$name.tmp" "$name.report" || rm -f "$name.tmp"
}

main "$@"
exit 0
