import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {ERRORS, EXIT, OrchError, type ErrorCode, type ErrorDetails} from '../../src/index.js'

/** Details of every code, the least that its type allows: what may be left out is left out. */
const LEAST: {readonly [C in ErrorCode]: ErrorDetails<C>} = {
  ORCH_INTERNAL: {what: 'w'},
  ORCH_USAGE: {what: 'w', hint: 'h'},
  ORCH_INVALID_PARAMS: {method: 'm', problems: ['p']},
  ORCH_NOT_FOUND: {what: 'w', name: 'n'},
  ORCH_AMBIGUOUS: {what: 'w', name: 'n', matches: ['a', 'b']},
  ORCH_ILLEGAL_TRANSITION: {what: 'w', id: 'i', from: 'f', to: 't'},
  ORCH_SPEC_UNREADABLE: {path: 'p', why: 'w'},
  ORCH_FILE: {path: 'p', why: 'w'},
  ORCH_PLAN_NOT_APPROVED: {planFile: 'f'},
  ORCH_PLAN_INVALID: {source: 's', problems: ['p']},
  ORCH_PLANNER_FAILED: {planner: 'p', why: 'w'},
  ORCH_REPOSITORY: {path: 'p', why: 'w', remedy: 'r'},
  ORCH_NOT_A_REPOSITORY: {path: 'p'},
  ORCH_GIT: {args: ['status'], cwd: 'c', stderr: 's'},
  ORCH_REFUSED: {what: 'w', why: 'w', remedy: 'r'},
  ORCH_TOOL_MISSING: {tool: 't', why: 'w', install: 'i'},
  ORCH_TMUX: {what: 'w', stderr: 's'},
  ORCH_NO_AGENT: {wanted: 'w', found: []},
  ORCH_AGENT_START: {agent: 'a', why: 'w'},
  ORCH_MCP_SERVER: {agent: 'a', server: 's', why: 'w', output: 'o'},
  ORCH_PORT_BUSY: {port: 3000, why: 'w', holder: 'h'},
  ORCH_LEDGER: {path: 'p', why: 'w'},
  ORCH_CONFIG: {problems: ['p']},
  ORCH_TEMPLATE: {problems: ['p']},
  ORCH_REQUIRED_PLUGIN: {plugin: 'p', why: 'w', remedy: 'r'},
  ORCH_HOOK_FAILED: {plugin: 'p', event: 'e', why: 'w'},
  ORCH_HOOK_OWNER: {event: 'e', owner: 'o', why: 'w'},
  ORCH_HOOK_CLASH: {event: 'e', key: 'k', plugins: ['a', 'b']},
  ORCH_CAPABILITY_MISSING: {capability: 'c', known: []},
  ORCH_CAPABILITY_TWICE: {capability: 'c', plugins: ['a', 'b']},
  ORCH_PLUGIN_API: {plugin: 'p', wants: 2, has: 1},
  ORCH_STATE: {path: 'p', why: 'w', remedy: 'r'},
  ORCH_STORE_WRITE: {path: 'p', why: 'w'},
  ORCH_SUPERVISOR: {why: 'w', log: 'l'},
  ORCH_STOPPED: {},
  ORCH_VERSION: {why: 'w', remedy: 'r'},
  ORCH_UNAUTHORISED: {why: 'w'},
  ORCH_CLASH: {what: 'w', why: 'w', remedy: 'r'},
  ORCH_FLOOD: {to: 't', perMinute: 1},
  ORCH_BUSY: {why: 'w'},
  ORCH_OUTCOME: {project: 'p', state: 's', reason: '', exit: 1},
}
const CODES = Object.keys(ERRORS) as ErrorCode[]
const DOCUMENT = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')

describe('the registry of errors', () => {
  for (const code of CODES) {
    it(`${code} says what happened and what to do`, () => {
      const error = new OrchError(code, LEAST[code])
      expect(error.message).to.match(/\S/)
      expect(error.remedy).to.match(/\S/)
      expect(`${error.message}\n${error.remedy}`).not.to.match(/undefined|null|NaN|\[object/)
      expect(Object.values(EXIT)).to.include(error.exit)
      expect(error.exit).not.to.equal(EXIT.ok)
    })
  }

  it('shows what may be given beside the least', () => {
    expect(new OrchError('ORCH_NOT_FOUND', {what: 'w', name: 'n', known: ['a', 'b']}).remedy).to.include('a, b')
    expect(new OrchError('ORCH_AGENT_START', {agent: 'a', why: 'w', screen: 'the screen'}).remedy).to.include('the screen')
    expect(new OrchError('ORCH_NOT_A_REPOSITORY', {path: 'p', why: 'bare'}).message).to.include('bare')
    expect(new OrchError('ORCH_CAPABILITY_MISSING', {capability: 'c', known: [], linked: ['l']}).remedy).to.include('uninstall l')
    expect(new OrchError('ORCH_FLOOD', {to: 't', perMinute: 1, open: 500}).message).to.include('500')
    expect(new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: ['too old']}).message).to.include('too old')
  })
})

/** The document and the registry say the same. */
describe('docs/errors.md', () => {
  const sections = new Map(
    DOCUMENT.split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section.slice(section.indexOf('\n'))]),
  )
  const codesOf = () => [...sections.keys()].filter((heading) => heading.startsWith('ORCH_'))

  it('has a section for each code, in the order of the registry, and none for others', () => {
    expect(codesOf()).to.deep.equal(CODES)
  })

  for (const code of CODES) {
    it(`tells of ${code} its exit code, what it means and what to do`, () => {
      const section = sections.get(code) ?? ''
      expect(section).to.match(new RegExp(`^Exit ${ERRORS[code].exit}\\.`, 'm'))
      expect(section).to.match(/\*\*What to do\.\*\* \S/)
      expect(section.trim().length).to.be.greaterThan(120)
    })
  }

  it('lists every exit code', () => {
    const table = DOCUMENT.slice(0, DOCUMENT.indexOf('## ORCH_'))
    const listed = [...table.matchAll(/^\| (\d+) +\|/gm)].map(([, exit]) => Number(exit))
    expect(listed).to.deep.equal(Object.values(EXIT))
  })
})
