import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {isOrchError, visibleControls} from '@orch/plugin-kit'
import {composeText, goesAsFile, messageIdsIn} from '../../src/domain/letter-text.js'
import {difficultTexts} from '../support/difficult-texts.js'
import {seededRandom} from '../support/seeded-random.js'
import {TalkTeam} from '../support/talk-team.js'
import type {Random} from './chaos/random.js'
import type {Message} from '../../src/domain/model/message.js'

/** Messages in all; ten times as many are `npm run soak`. */
const MESSAGES = Number(process.env['ORCH_SOAK_MESSAGES'] ?? 1000)
const AGENTS = Number(process.env['ORCH_SOAK_AGENTS'] ?? 20)
/** Delays of 0 to 10 s are divided by this. */
const SPEED = Number(process.env['ORCH_SOAK_SPEED'] ?? 100)
const SUPERVISOR_KILLS = Number(process.env['ORCH_SOAK_SUPERVISOR_KILLS'] ?? 3)
/** Milliseconds between two messages, on average, over the whole team. */
const PACE_MS = Number(process.env['ORCH_SOAK_PACE_MS'] ?? 30)

describe(`${MESSAGES} messages between ${AGENTS} agents`, function () {
  this.timeout(120_000 + MESSAGES * 600)
  const roles = Array.from({length: AGENTS - 1}, (_, index) => `talker-${index + 1}`)
  const everyone = ['orchestrator', ...roles]
  let team: TalkTeam
  let random: Random

  beforeEach(() => {
    random = seededRandom('messages')
    team = new TalkTeam(roles, scriptOf, {
      ORCH_CONFIG_REHEARSAL__SPEED: String(SPEED),
      ORCH_CONFIG_REHEARSAL__FAULTS__SWALLOW_ENTERS: '2',
      ORCH_CONFIG_MESSAGES__PER_MINUTE: '1000000',
      ORCH_CONFIG_MESSAGES__MAX_HOPS: '1000000',
      ORCH_CONFIG_MAX_AGENTS: String(AGENTS),
    })
  })
  afterEach(() => team.sandbox.remove())

  it('are acknowledged once each, in order, none merged, none in a shell, whatever falls over', async () => {
    const mark = team.sandbox.path('must-not-be')
    const texts = difficultTexts(mark)
    await team.start()
    const sent: Message[] = []
    const counts = {supervisorKills: 0, dialogs: 0, resumes: 0}
    let over = false
    const started = performance.now()
    const nuisances = [answerDialogs(() => over, counts), killSupervisors(() => over, counts)]
    await Promise.all(
      everyone.map(async (from, index) => {
        const share = Math.floor(MESSAGES / AGENTS) + (index < MESSAGES % AGENTS ? 1 : 0)
        for (let number = 0; number < share; number++) {
          const to = random.pick(everyone.filter((role) => role !== from))
          sent.push(await send(from, to, `m_s${String(index).padStart(2, '0')}x${String(number).padStart(6, '0')}`, random.pick(texts)))
          await sleep(random.between(0, 2 * PACE_MS * AGENTS))
        }
      }),
    )
    try {
      await team.until(async () => (await unsettled()).length === 0, 'the last receipt', 90_000 + MESSAGES * 200)
    } catch (error) {
      console.log(await whatIsOwed())
      throw error
    }
    over = true
    await Promise.all(nuisances)
    await report(sent, counts, Math.round((performance.now() - started) / 1000), mark)
  })

  /** An agent that takes what comes, with pauses, a dialog now and then, and two crashes. */
  function scriptOf(role: string): string {
    const rounds = Math.ceil((MESSAGES / AGENTS) * 1.5)
    const crashes = new Set([Math.floor(rounds * 0.2), Math.floor(rounds * 0.45)].map((round) => round + (everyone.indexOf(role) % 3)))
    const steps = Array.from({length: rounds}, (_, round) => [
      '  - expect: {timeoutMs: 86400000}',
      `  - think: {text: round ${round}, ms: ${Math.floor(random.between(0, 10_000))}}`,
      ...(round % 25 === 7 ? ['  - dialog: {text: May I?}'] : []),
      ...(crashes.has(round) ? ['  - crash: {signal: SIGKILL}'] : []),
    ])
    return `steps:\n${steps.flat().join('\n')}\n`
  }

  async function send(from: string, to: string, id: string, text: string): Promise<Message> {
    const [receipt] = await team.call<Message[]>(from, 'message.send', {id, to, text})
    return {...receipt!, from: team.agent(from).id, text, file: null}
  }

  async function unsettled(): Promise<Message[]> {
    return (await team.messages()).filter(({state}) => !['acknowledged', 'dead', 'expired'].includes(state))
  }

  /** For each recipient that owes a receipt: its state, what of its mail waits for what, and its screen. */
  async function whatIsOwed(): Promise<string> {
    const owed = await unsettled()
    const owing = team.project().agents.filter(({id}) => owed.some(({to}) => to === id))
    return owing
      .flatMap(({id, role, state, waitingFor}) => [
        `${role} is ${state}, waits for ${JSON.stringify(waitingFor)}`,
        ...owed.filter(({to}) => to === id).map((message) => `  ${JSON.stringify({...message, text: message.text.length})}`),
        team.screen(role),
      ])
      .join('\n')
  }

  async function answerDialogs(over: () => boolean, counts: {dialogs: number; resumes: number}): Promise<void> {
    while (!over()) {
      await sleep(500)
      try {
        const project = team.project()
        // A hook's report may be lost with its agent; what keeps a message out is said by the message too.
        const held = new Set(project.messages.filter(({blockedBy}) => blockedBy === 'dialog').map(({to}) => to))
        for (const {role} of project.agents.filter(({id, state}) => state === 'needs-input' || held.has(id))) {
          if (!team.screen(role).includes('Enter to confirm')) continue
          team.press(role, 'Enter')
          counts.dialogs++
        }
        if (project.state === 'blocked') {
          await team.sandbox.orch(['resume', team.id])
          counts.resumes++
        }
      } catch (error) {
        // The record is replaced while it is read, or a pane has just gone.
        if (!isOrchError(error) && !(error instanceof SyntaxError)) throw error
      }
    }
  }

  async function killSupervisors(over: () => boolean, counts: {supervisorKills: number}): Promise<void> {
    const every = Math.max(4_000, (MESSAGES * PACE_MS) / (SUPERVISOR_KILLS + 1))
    while (!over() && counts.supervisorKills < SUPERVISOR_KILLS) {
      await sleep(every * random.between(0.5, 1.5))
      if (!over() && team.killSupervisor()) counts.supervisorKills++
    }
  }

  async function report(sent: readonly Message[], counts: Readonly<Record<string, number>>, seconds: number, mark: string): Promise<void> {
    const messages = new Map((await team.messages()).map((message) => [message.id, message]))
    const project = team.project()
    const heard = new Map(project.agents.map(({id, role}) => [id, team.heard(role)]))
    const times = sent.map(({id, to}) => heard.get(to)!.filter((text) => messageIdsIn(text).includes(id)).length)
    const all = [...heard.values()].flat()
    const merged = all.filter((text) => messageIdsIn(text).length > 1).length
    const strangers = all.filter((text) => messageIdsIn(text).some((id) => !messages.has(id))).length
    const wrong = sent.filter(
      (message) => messages.get(message.id)?.state === 'acknowledged' && !isWhole(message, heard.get(message.to)!, project.directory),
    )
    const states = sent.map(({id}) => messages.get(id)?.state ?? 'lost')
    const count = (state: string) => states.filter((each) => each === state).length
    const latencies = sent
      .map(({id}) => messages.get(id)!)
      .flatMap(({acknowledgedAt, acceptedAt}) => (acknowledgedAt === null ? [] : [acknowledgedAt - acceptedAt]))
      .sort((a, b) => a - b)
    const figures = {
      sent: sent.length,
      acknowledged: count('acknowledged'),
      dead: count('dead') + count('expired'),
      lost: count('lost'),
      heardOnce: times.filter((each) => each === 1).length,
      heardTwice: times.filter((each) => each > 1).length,
      merged,
      outOfOrder: outOfOrder(sent, heard),
      changed: wrong.length,
      strangers,
      agentRestarts: project.agents.reduce((sum, {restarts}) => sum + restarts, 0),
      offersAgain: [...messages.values()].reduce((sum, {offers}) => sum + Math.max(0, offers - 1), 0),
      medianMs: latencies[Math.floor(latencies.length / 2)],
      seconds,
      ...counts,
    }
    console.log(
      `      ${Object.entries(figures)
        .map(([name, value]) => `${name} ${value}`)
        .join(' · ')}`,
    )
    expect(figures).to.include({sent: MESSAGES, lost: 0, heardTwice: 0, merged: 0, outOfOrder: 0, changed: 0, strangers: 0})
    expect(figures.acknowledged + figures.dead).to.equal(MESSAGES)
    expect(figures.heardOnce).to.be.at.least(figures.acknowledged)
    expect(existsSync(mark), 'a text was run').to.equal(false)
  }

  /** The conversation, or the file it names, holds the text as it was sent. */
  function isWhole(message: Message, heard: readonly string[], directory: string): boolean {
    const line = heard.find((text) => messageIdsIn(text).includes(message.id))
    if (line === undefined) return false
    const sender = team.project().agents.find(({id}) => id === message.from)!.role
    const letter = {...message, sender, kind: 'text', priority: 'normal'} as const
    if (!goesAsFile(letter)) return line === visibleControls(composeText(letter)).trim()
    const file = join(directory, 'mail', `${message.id}.md`)
    return line.includes(file) && readFileSync(file, 'utf8') === message.text
  }

  /** Pairs of sender and recipient in which something came before what was sent earlier. */
  function outOfOrder(sent: readonly Message[], heard: ReadonlyMap<string, readonly string[]>): number {
    const pairs = new Map<string, string[]>()
    for (const {id, from, to} of sent) pairs.set(`${from} ${to}`, [...(pairs.get(`${from} ${to}`) ?? []), id])
    return [...pairs].filter(([pair, ids]) => {
      const order = heard
        .get(pair.split(' ')[1]!)!
        .flatMap(messageIdsIn)
        .filter((id) => ids.includes(id))
      return order.some((id, index) => index > 0 && ids.indexOf(order[index - 1]!) > ids.indexOf(id))
    }).length
  }
})
