import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import {draftOf, writerOfDraft} from '../../src/adapters/durable-file.js'
import {removeTempFiles} from '../../src/adapters/remove-temp-files.js'
import {statePaths} from '../../src/adapters/paths.js'
import {aProject, anAgent} from '../support/builders.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

/** Beyond the greatest pid of Linux (proc(5): pid_max is at most 2^22). */
const NOBODY = 4_194_305

describe('removeTempFiles', () => {
  const folder = useTemporaryFolder()
  const files = async () =>
    (await readdir(folder(), {recursive: true, withFileTypes: true})).filter((entry) => entry.isFile()).map(({name}) => name)
  const lay = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(dirname(join(folder(), name)), {recursive: true})
      await writeFile(join(folder(), name), 'half')
    }
  }
  const project = () =>
    aProject({
      directory: join(folder(), 'projects', 'p_1'),
      agents: [anAgent({directory: join(folder(), 'projects', 'p_1', 'agents', 'dev')})],
    })

  it('removes drafts of processes that are gone, wherever records and their files lie', async () => {
    await lay(
      `owner.json.${NOBODY}.0123abcd.tmp`,
      `state/projects/p_1.json.${NOBODY}.0123abcd.tmp`,
      `state/projects/p_1.json.previous.tmp`,
      `state/finished/p_2.json.${NOBODY}.0123abcd.tmp`,
      `plans/0123.json.${process.pid}.0123abcd.tmp`,
      `projects/p_1/plan.json.${NOBODY}.0123abcd.tmp`,
      `projects/p_1/mail/m_1.md.${NOBODY}.0123abcd.tmp`,
      `projects/p_1/agents/dev/briefing.md.${NOBODY}.0123abcd.tmp`,
      `spool/${NOBODY}.0.tmp`,
    )
    expect(await removeTempFiles(statePaths(folder(), '1.0.0', {}), [project()])).to.have.length(9)
    expect(await files()).to.deep.equal([])
  })

  it('leaves everything else: records, drafts of processes that run, files of agents, worktrees', async () => {
    const kept = [
      `spool/${process.ppid}.0.tmp`,
      `spool/${NOBODY}.0.report`,
      'spool/.started',
      `owner.json.${process.ppid}.0123abcd.tmp`,
      'state/projects/p_1.json',
      'state/projects/p_1.json.previous',
      'state/projects/p_1.json.damaged',
      'projects/p_1/agents/dev/mine.tmp',
      'projects/p_1/agents/dev/mine.previous.tmp',
      `projects/p_1/agents/dev/scratch/x.${NOBODY}.0123abcd.tmp`,
      `projects/p_1/worktrees/dev/x.${NOBODY}.0123abcd.tmp`,
      `projects/p_9/plan.json.${NOBODY}.0123abcd.tmp`,
    ]
    await lay(...kept)
    expect(await removeTempFiles(statePaths(folder(), '1.0.0', {}), [project()])).to.deep.equal([])
    expect(await files()).to.have.length(kept.length)
  })

  it('knows the drafts by the names they are given', () => {
    expect(writerOfDraft(draftOf('/state/projects/p_1.json'))).to.equal(process.pid)
    for (const name of ['p_1.json', 'x.tmp', 'x.12.tmp', 'x.12.0123abcd.tmp.bak', 'x.a.0123abcd.tmp'])
      expect(writerOfDraft(name), name).to.equal(null)
  })
})
