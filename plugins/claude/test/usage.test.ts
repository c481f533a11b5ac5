import {execFileSync} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {readUsage, statusLine, usageOf} from '../src/usage.js'

/** As 2.1.330 gives it, shortened. */
const STATUS = {
  model: {id: 'claude-opus-5-5', display_name: 'Opus 5.5'},
  cost: {total_cost_usd: 0.25, total_duration_ms: 3462},
  context_window: {
    context_window_size: 200_000,
    current_usage: {input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 20, cache_read_input_tokens: 70},
    used_percentage: 12,
  },
  rate_limits: {five_hour: {used_percentage: 42.5, resets_at: 1_795_388_400}, seven_day: {used_percentage: 3}, odd: null},
}

describe('what an agent has used', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "orch use d'"))))
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const show = (own: string | null, status: string) =>
    execFileSync('sh', ['-c', (statusLine(folder, own) as {command: string}).command], {input: status, encoding: 'utf8'})

  it('is read from what Claude Code tells its status line', () => {
    expect(usageOf(STATUS)).to.deep.equal({
      ...{model: 'claude-opus-5-5', contextPercent: 12, contextTokens: 100, costUsd: 0.25},
      windows: [
        {name: 'five_hour', usedPercent: 42.5, resetsAt: 1_795_388_400_000},
        {name: 'seven_day', usedPercent: 3, resetsAt: null},
      ],
    })
  })

  it('is nothing known where nothing is told, or something else than expected', () => {
    const nothing = {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows: []}
    for (const status of [{}, {model: 'x', cost: 7, context_window: {current_usage: null, used_percentage: null}, rate_limits: []}]) {
      expect(usageOf(status)).to.deep.equal(nothing)
    }
  })

  it('is kept by the status line, whatever the folder is called', async () => {
    expect(await readUsage(folder)).to.equal(null)
    expect(show(null, JSON.stringify(STATUS))).to.equal('')
    expect(await readUsage(folder)).to.include({costUsd: 0.25})
    expect(await readdir(folder)).to.deep.equal(['status.json'])
    await writeFile(join(folder, 'status.json'), '{"cost":')
    expect(await readUsage(folder)).to.equal(null)
  })

  it('shows the person’s own line, with what it is told', async () => {
    const own = 'grep -c \'"x":"it\'; echo "own $(basename /a/b)" # a comment'
    expect(show(own, '{"x":"it\'s"}')).to.equal('1\nown b\n')
    expect(await readFile(join(folder, 'status.json'), 'utf8')).to.equal('{"x":"it\'s"}')
  })
})
