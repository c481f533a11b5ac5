import type {Terminal} from '@orch/plugin-kit'
import type {Store} from '../domain/ports/store.js'
import {ForeignPrompts} from '../services/agents/foreign-prompts.js'
import {ForeignPaneWatch} from '../services/screens/foreign-panes.js'
import type {Recorder} from '../services/record/recorder.js'

interface GuardParts {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
}

/** What finds work of agents that passes orch by: prompts it did not give, panes it did not make. */
export function composeGuards(parts: GuardParts): {prompts: ForeignPrompts; panes: ForeignPaneWatch} {
  return {prompts: new ForeignPrompts(parts), panes: new ForeignPaneWatch(parts)}
}
