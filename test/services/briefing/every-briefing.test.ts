import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import mustache from 'mustache'
import type {AgentDriver, TeamCatalog} from '@orch/plugin-kit'
import {testPorts} from '@orch/plugin-kit/testing'
import {ClaudeDriver} from '@orch/plugin-claude'
import {BriefingTeam, builtInCatalog, command} from '../../support/briefing-team.js'
import {faultsOfBriefing, type BriefingFacts} from '../../support/briefing-faults.js'
import {commandTable} from '../../support/command-table.js'
import {FakeDriver} from '../../support/fake-driver.js'

const TEMPLATES = fileURLToPath(new URL('../../../templates/briefings', import.meta.url))
const KINDS = ['start', 'rebrief', 'checkin'] as const

/** With everything that a briefing can speak of, and with nothing of it. */
const SITUATIONS = {
  bare: {},
  full: {
    mcp: [
      {name: 'brave-search', tools: []},
      {name: 'postgres', tools: ['query', 'schema']},
    ],
    options: {
      acceptance: [command('make check')],
      setup: [command('make install')],
      copy: ['.env'],
      merge: 'parent' as const,
      leftOut: [
        {...command('make lint'), use: 'acceptance' as const, reason: 'it is not trusted'},
        {...command('make tools'), use: 'setup' as const, reason: 'it is not trusted'},
      ],
    },
  },
  detached: {detached: true, options: {merge: 'none' as const, setup: [command('make install')]}},
}

describe('every briefing', () => {
  let catalog: TeamCatalog
  let known: Pick<BriefingFacts, 'commands' | 'roles'>
  const drivers: readonly AgentDriver[] = [new ClaudeDriver(testPorts()), new FakeDriver({real: false})]

  before(async () => {
    catalog = await builtInCatalog()
    known = {commands: await commandTable(), roles: catalog.roleKeys()}
  })

  const teamsOf = (): string[][] => {
    const others = catalog.roleKeys().filter((key) => key !== 'orchestrator')
    return [others, others.filter((key) => key !== 'tester'), ['project-manager', 'developer', 'tester'], ...others.map((key) => [key])]
  }

  for (const [name, situation] of Object.entries(SITUATIONS)) {
    it(`names only roles, commands, files and variables that exist (${name})`, async () => {
      for (const driver of drivers) {
        for (const roles of teamsOf()) {
          const team = await BriefingTeam.form(catalog, driver, {roles, ...situation})
          for (const role of team.roles) {
            for (const kind of KINDS) {
              const text = await team.briefing(role, kind)
              expect(
                faultsOfBriefing(text, team.facts(role, known)),
                `${driver.kind}, ${kind} of ${role} among ${team.roles.join(', ')}`,
              ).to.deep.equal([])
            }
          }
        }
      }
    })
  }

  it('of an orchestrator without a team gives it the work', async () => {
    const team = await BriefingTeam.form(catalog, drivers[0]!, {roles: [], maxAgents: 1})
    const text = await team.briefing('orchestrator')
    expect(faultsOfBriefing(text, team.facts('orchestrator', known))).to.deep.equal([])
    expect(text).to.include('do the work yourself').and.not.include('You coordinate')
  })

  it('has a fault found that is put into it', async () => {
    const team = await BriefingTeam.form(catalog, drivers[0]!, {roles: ['developer']})
    const text = await team.briefing('developer')
    const facts = team.facts('developer', known)
    const faultsWith = (line: string) => faultsOfBriefing(`${text}\n${line}\n`, facts)
    expect(faultsWith('Tell tester what can be tested.'))
      .to.have.length(1)
      .and.to.match(/tester is not in the team/)
    expect(faultsWith('Run `orch merge developer`.')).to.deep.equal(['no command: orch merge developer'])
    expect(faultsWith('Run `orch send ROLE "text" --now`.')).to.deep.equal(['orch send: no flag --now'])
    expect(faultsWith('Run `orch inbox read ID MORE`.')).to.deep.equal(['orch inbox read: 2 arguments, it takes 1'])
    expect(faultsWith('See /state/projects/p_1/notes.md.')).to.deep.equal(['no such file: /state/projects/p_1/notes.md'])
    expect(faultsWith('Notes are in `$ORCH_MEMORY`.')).to.deep.equal(['no such variable: ORCH_MEMORY'])
    expect(faultsWith('Merge {{project.branch}}.')).to.have.length(2)
  })

  it('has a value for every placeholder of its template', async () => {
    const team = await BriefingTeam.form(catalog, drivers[0]!, {roles: teamsOf()[0]!, ...SITUATIONS.full})
    for (const role of team.roles) await team.briefing(role)
    const values = new Set(team.views.flatMap((view) => namesIn(view)))
    for (const {file, names} of templates()) {
      const unknown = names.filter((name) => !values.has(name) && !(name.startsWith('in.') && catalog.roleKeys().includes(name.slice(3))))
      expect(unknown, file).to.deep.equal([])
    }
  })

  it('says what is true of the project alone', async () => {
    const text = async (situation: keyof typeof SITUATIONS, roles: string[], role: string) =>
      (await BriefingTeam.form(catalog, drivers[0]!, {roles, ...SITUATIONS[situation]})).briefing(role)
    const full = await text('full', ['developer', 'tester'], 'developer')
    expect(full).to.include('- make install').and.include('setup.log').and.include('within 1 min').and.include('--evidence')
    expect(full).to.include('tell tester within five minutes').and.include('and tester turns them into tests')
    expect(full).to.include('A branch that conflicts is returned to its own role.').and.include('that is you.')
    expect(full).to.include('Then it moves main to the same commit if that is verified.')
    expect(full).to.include('make tools (it is not trusted)')
    const bare = await text('bare', ['developer'], 'developer')
    expect(bare).to.include('orch ran no set-up command').and.include('Nobody else tests your work').and.include('AskUserQuestion')
    const none = await text('detached', ['developer', 'tester'], 'tester')
    expect(none)
      .to.include('Never touch orch/demo/integration')
      .and.include('In this project orch moves no branch.')
      .and.not.include('A command that fails')
  })
})

/** Every name that a template may use, `project.id` among them. */
function namesIn(view: object, before = ''): string[] {
  return Object.entries(view).flatMap(([key, value]: [string, unknown]) => {
    const name = `${before}${key}`
    if (Array.isArray(value)) return [name, ...value.flatMap((item) => (typeof item === 'object' ? namesIn(item as object) : []))]
    return typeof value === 'object' && value !== null ? [name, ...namesIn(value, `${name}.`)] : [name]
  })
}

function templates(): {file: string; names: string[]}[] {
  const files = readdirSync(TEMPLATES, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.md'))
  return files.map((file) => ({file, names: namesUsed(mustache.parse(readFileSync(join(TEMPLATES, file), 'utf8')) as unknown[][])}))
}

function namesUsed(tokens: readonly unknown[][]): string[] {
  return tokens.flatMap(([kind, name, , , inner]) => {
    if (kind === 'text' || kind === '>' || name === '.') return []
    return [name as string, ...(Array.isArray(inner) ? namesUsed(inner as unknown[][]) : [])]
  })
}
