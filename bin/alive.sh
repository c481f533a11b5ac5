# Read by hook.sh and watchdog.sh, in POSIX shell.

# is_alive RECORD: whether the process lives that a record of a pid and its start time names. A pid alone can be another process's by now.
is_alive() {
  # No more than the beginning: what stands in the place of the record may have no end, or never begin.
  [ -f "$1" ] && words=$(head -c 100 "$1") || return 1
  pid=${words%% *} words=${words#* }
  started=${words%% *}
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  if [ ! -e /proc/self/stat ]; then
    kill -0 "$pid" 2>/dev/null
    return
  fi
  read -r line <"/proc/$pid/stat" || return 1
  # Field 22 is the start time, field 3 the state (proc(5)). The name in brackets may hold anything, so fields are counted from the last bracket.
  # shellcheck disable=SC2086
  set -- ${line##*) }
  [ "$1" != Z ] && [ "${20}" = "$started" ]
}
