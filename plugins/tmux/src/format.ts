/**
 * Makes text stand for itself where tmux expands formats (`-c`, `-n`, `-s`), so that `#(touch x)` in a folder's name is no command.
 * `#` is doubled, but not in front of `[`: tmux leaves a run of `#` before `[` as it is, for styles (measured on tmux 3.3a).
 */
export function literal(text: string): string {
  return text.replace(/#+(\[)?/g, (run, bracket?: string) => (bracket ? run : run + run))
}
