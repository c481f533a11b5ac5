/** A session name as tmux will show it: `.` and `:` separate targets in tmux and are replaced, as tmux itself does. */
export function sessionName(name: string): string {
  return windowName(name).replace(/[.:]/g, '_')
}

/** A window name as tmux will show it: tmux escapes control characters, `\` and `$`, so they are replaced. */
export function windowName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\\$]/g, '_') || '_'
}
