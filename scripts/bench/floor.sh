#!/bin/sh
# The least that a start of agents can cost: their branches, their worktrees two at a time, and a window each with a Node process that writes a file.
#
#   floor.sh REPOSITORY FOLDER COUNT NODE    folder: of its own, absolute; ends when every process has written
set -eu
repository=$1 folder=$2 count=$3 node=$4
mkdir -p "$folder/trees" "$folder/ready"
name=$(basename "$folder")
tmux="tmux -S $folder/socket -f /dev/null"
# shellcheck disable=SC2064
trap "$tmux kill-server 2>/dev/null || :" EXIT

for each in $(seq "$count"); do git -C "$repository" branch "floor/$name/$each"; done
# git 2.39 may fail to read the entry that another is writing at the same moment.
seq "$count" | xargs -P 2 -I '{}' sh -c '
  for try in 1 2 3; do git -C "$1" worktree add --quiet "$2/trees/$4" "floor/$3/$4" 2>/dev/null && exit 0; done
  exit 1' sh "$repository" "$folder" "$name" '{}'
$tmux new-session -d sleep 600
for each in $(seq "$count"); do
  $tmux new-window -d -c "$folder/trees/$each" "$node" -e 'require("fs").writeFileSync(process.argv[1], "ready")' "$folder/ready/$each"
done
until [ "$(find "$folder/ready" -type f | wc -l)" -ge "$count" ]; do sleep 0.02; done
