import {hasCode, messageOf, type DoctorCheck, type Terminal} from '@orch/plugin-kit'

/** The line of `orch doctor` about tmux: whether it is there, new enough, and answers. */
export function tmuxCheck(terminal: Pick<Terminal, 'version' | 'panes' | 'socket'>): DoctorCheck {
  return {
    name: 'tmux',
    run: async () => {
      try {
        const version = await terminal.version()
        const panes = await terminal.panes()
        return [{name: 'tmux', verdict: 'ok', what: `${version}, socket ${terminal.socket}, ${panes.length} panes`}]
      } catch (error) {
        const remedy = hasCode(error, 'ORCH_TOOL_MISSING') || hasCode(error, 'ORCH_TMUX') ? {remedy: error.remedy} : {}
        return [{name: 'tmux', verdict: 'failed', what: messageOf(error), ...remedy}]
      }
    },
  }
}
