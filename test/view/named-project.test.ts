import {OrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {expect} from 'chai'
import {namedAgent, namedPlace, namedProject} from '../../src/view/named-project.js'
import {refusal} from '../support/failure.js'

/** A supervisor with projects and their roles, which takes the only one for the one that is meant. */
function supervisor(projects: Readonly<Record<string, readonly string[]>>): SupervisorClient {
  const names = Object.keys(projects)
  const find = (name: unknown) => {
    if (name === undefined && names.length > 1) throw new OrchError('ORCH_AMBIGUOUS', {what: 'project', name: '', matches: names})
    const found = name === undefined ? names[0] : names.find((each) => each === name)
    if (found === undefined) throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: String(name), known: names})
    return found
  }
  const call = async (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const id = find(params['project'])
    return method === 'agent.list' ? projects[id]!.map((role) => ({role})) : {id}
  }
  return {call} as unknown as SupervisorClient
}

describe('the project a command is about', () => {
  const outside = {dataDir: '/data', env: {}, cwd: '/home'}
  const one = supervisor({p_1: ['developer']})
  const two = supervisor({p_1: ['developer'], p_2: ['tester']})

  it('is the one that is named', async () => {
    expect(await namedProject(two, 'p_2', outside)).to.equal('p_2')
    expect(await namedAgent(two, {project: 'p_2', role: 'tester'}, outside)).to.deep.equal({project: 'p_2', role: 'tester'})
    expect(await namedPlace(two, {project: 'p_2'}, outside)).to.deep.equal({project: 'p_2'})
  })

  it('is the only one when none is named', async () => {
    expect(await namedProject(one, undefined, outside)).to.equal('p_1')
    expect(await namedAgent(one, {project: 'developer'}, outside)).to.deep.equal({project: 'p_1', role: 'developer'})
  })

  it('is that of the agent whose shell or worktree this is, however many there are', async () => {
    const inside = {...outside, env: {ORCH_PROJECT: 'p_2'}}
    const within = {...outside, cwd: '/data/projects/p_2/worktrees/tester/src'}
    for (const here of [inside, within]) {
      expect(await namedProject(two, undefined, here)).to.equal('p_2')
      expect(await namedAgent(two, {project: 'tester'}, here)).to.deep.equal({project: 'p_2', role: 'tester'})
      expect(await namedPlace(two, {project: 'tester'}, here)).to.deep.equal({project: 'p_2', role: 'tester'})
    }
  })

  it('needs the role of an agent', async () => {
    await refusal('ORCH_USAGE', namedAgent(one, {}, outside))
  })

  it('is asked for, with the list, where several are unfinished', async () => {
    await refusal('ORCH_AMBIGUOUS', namedProject(two, undefined, outside))
    await refusal('ORCH_AMBIGUOUS', namedAgent(two, {project: 'tester'}, outside))
    await refusal('ORCH_AMBIGUOUS', namedPlace(two, {}, outside))
  })

  it('takes one word for a role only where no project has that name, and a typing error for neither', async () => {
    expect(await namedPlace(supervisor({tester: ['tester']}), {project: 'tester'}, outside)).to.deep.equal({project: 'tester'})
    expect(await namedPlace(one, {project: 'developer'}, outside)).to.deep.equal({project: 'p_1', role: 'developer'})
    const error = await refusal('ORCH_NOT_FOUND', namedPlace(one, {project: 'p_9'}, outside))
    expect(error.details).to.include({what: 'project', name: 'p_9'})
    await refusal('ORCH_NOT_FOUND', namedPlace(two, {project: 'designer'}, outside))
  })
})
