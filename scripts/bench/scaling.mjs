import {connect} from '../../dist/rpc/client.js'
import {sendRequest} from '../../dist/view/send-request.js'
import {floorOf} from './floor.mjs'
import {between, cpuShare, race, residentMegabytes, running, seconds, started} from './measure.mjs'

const AGENTS = [1, 10, 50, 100, 200]
const MESSAGES = [10, 100, 1_000, 10_000]
/** Calls under way at once: as many as a busy team makes. */
const SIDE_BY_SIDE = 8
/** Unread messages an agent is left with here; it takes 500 (`src/domain/routing.ts`). */
const MESSAGES_AN_AGENT = 400
const IDLE_SECONDS = 20
/** Seconds in which the heap of a start is given back. */
const SETTLING_SECONDS = 45

/** What grows how: with the agents of a team, and with the messages that are open in it. One row each. */
export const SCALING = [
  ...AGENTS.map((count) => named(`${count} agents`, (place) => withAgents(place, count))),
  ...MESSAGES.map((count) => named(`${count} open messages`, (place) => withMessages(place, count))),
]

async function withAgents(place, count) {
  const floorMs = floorOf(place, 'floor', count)
  const {id, events} = place.team('team', count)
  const readyMs = between(events, started, running)
  const pid = place.supervisorPid()
  const status = race({node: place.node(), orch: place.argv('status')}, 3)
  await cpuShare(pid, SETTLING_SECONDS)
  const idle = await cpuShare(pid, IDLE_SECONDS)
  const megabytes = residentMegabytes(pid)
  const stopMs = timed(() => place.print('stop', id))
  return row(
    `${count} agents`,
    `ready ${seconds(readyMs)} = ${(readyMs / floorMs).toFixed(2)} × floor`,
    `status ${seconds(status.orch)} = ${(status.orch / status.node).toFixed(1)} × node`,
    `idle ${idle.toFixed(2)} %, ${megabytes.toFixed(0)} MB`,
    `stop ${seconds(stopMs)}`,
  )
}

/** To agents that are busy, and so read none of it meanwhile. */
async function withMessages(place, count) {
  const agents = Math.ceil(count / MESSAGES_AN_AGENT)
  const {id} = place.team('mail', agents, 'steps:\n  - run: {argv: [sleep, "3600"]}\n')
  const sentMs = await timedAsync(() => sendAll(place, id, agents, count))
  const status = race({node: place.node(), orch: place.argv('status')}, 3)
  const pid = place.supervisorPid()
  const megabytes = residentMegabytes(pid)
  const stopMs = timed(() => place.print('stop', id))
  return row(
    `${count} open messages, ${agents} agents`,
    `${(sentMs / count).toFixed(1)} ms to accept one`,
    `status ${seconds(status.orch)} = ${(status.orch / status.node).toFixed(1)} × node`,
    `${megabytes.toFixed(0)} MB`,
    `stop ${seconds(stopMs)}`,
  )
}

async function sendAll(place, id, agents, count) {
  const {version, root, data: dataDir} = place.data('env')
  const client = connect({root, dataDir, version, env: place.env})
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next++
      await client.call('message.send', sendRequest({to: `${id}:developer-${(index % agents) + 1}`, text: `message ${index}`}))
    }
  }
  await Promise.all(Array.from({length: SIDE_BY_SIDE}, worker))
}

function timed(work) {
  const began = performance.now()
  work()
  return performance.now() - began
}

async function timedAsync(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function row(name, ...values) {
  return [{name, value: values.join(', '), budget: '', held: null}]
}

/** The bench shows, and chooses, figures by name. */
function named(name, figure) {
  return Object.defineProperty(figure, 'name', {value: name})
}
