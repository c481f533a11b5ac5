import {hasCode} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {unchanged} from '../../domain/change.js'
import type {EventLog, LoggedEvent} from '../../domain/event.js'
import {isFinished} from '../../domain/project-states.js'
import type {ChangeFeed} from '../../services/record/change-feed.js'
import type {Recorder} from '../../services/record/recorder.js'
import {params, stream, type StreamMethod} from '../method.js'
import {OVER, type Over} from '../end-of-stream.js'
import type {Project} from '../../domain/model/project.js'

interface EventStreamOptions {
  readonly feed: ChangeFeed
  readonly log: EventLog
  readonly recorder: Pick<Recorder, 'change'>
  /** The project a caller means. */
  readonly named: (name: string | undefined) => Promise<Project>
}

interface EventParams {
  readonly project?: string
  /** Continues with new events until the project is over. */
  readonly follow?: boolean
  /** Events to skip: those sent before. */
  readonly after?: number
}

/** `project.events`. Events are read from the log, so that a position means the same to the next supervisor. */
export function eventStream({feed, log, recorder, named}: EventStreamOptions): StreamMethod {
  async function* events(
    {project: name, follow = false, after = 0}: EventParams,
    {signal}: {signal: AbortSignal},
  ): AsyncGenerator<LoggedEvent | Over> {
    // Listening begins before the log is read, so that nothing falls between.
    const listening = new AbortController()
    const live = feed.items(AbortSignal.any([signal, listening.signal]))
    let next = live.next()
    try {
      let project = await named(name)
      // It may be over in memory before that is durable, and told: changes are in turn.
      if (isOver(project)) project = await durable(project)
      await log.settled()
      for (let place = 0, told = 0; ;) {
        for await (const {event, end} of log.readOn(project.id, place)) {
          place = end
          if (++told > after) yield event
        }
        if (!follow) return
        if (isOver(project)) {
          yield OVER
          return
        }
        for (let own = false; !own;) {
          const item = await next
          if (item.done) return
          next = live.next()
          own = item.value.project.id === project.id
          if (own) project = item.value.project
        }
        await log.settled()
      }
    } finally {
      listening.abort()
    }
  }

  const durable = async (project: Project): Promise<Project> => {
    try {
      return await recorder.change(project.id, unchanged)
    } catch (error) {
      if (hasCode(error, 'ORCH_NOT_FOUND')) return project
      throw error
    }
  }

  return stream(
    params({project: {type: 'string', maxLength: 4096}, follow: {type: 'boolean'}, after: {type: 'integer', minimum: 0}}),
    events,
  )
}

/** It is finished, and so are its agents: nothing more will happen. */
function isOver({state, agents}: Project): boolean {
  return isFinished(state) && !agents.some((agent) => isAlive(agent.state))
}
