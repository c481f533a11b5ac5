/** A part of the composition root: what is read from the windows of agents. */
import {ForeignPaneWatch} from '../services/screens/foreign-panes.js'
import {ScreenReactions} from '../services/screens/screen-reactions.js'
import {ScreenSchedule} from '../services/screens/screen-watch.js'
import {Screens} from '../services/screens/screens.js'
import type {Agents} from './agents.js'
import type {Base} from './record.js'

export type ScreenWatching = ReturnType<typeof composeScreens>

export function composeScreens({machine, services, records, agents}: Base & {readonly agents: Agents}) {
  const base = {...machine, ...services, ...records, ...agents}
  const screens = new Screens(base)
  const viewer = new ScreenReactions({...base, screens})
  return {screens: new ScreenSchedule({...base, screens, viewer}), panes: new ForeignPaneWatch(base)}
}
