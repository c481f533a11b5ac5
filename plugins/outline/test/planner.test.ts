import {expect} from 'chai'
import fc from 'fast-check'
import type {Outline} from '@orch/plugin-kit'
import {OutlinePlanner} from '../src/planner.js'

const planner = new OutlinePlanner()
const outline = (spec: string, specPath = '/specs/sample.md'): Promise<Outline> =>
  planner.outline({spec, specPath, repository: '/r', branch: 'main', env: {}, settings: {}, onProgress: () => {}})
const titles = ({phases}: Outline) => phases.flatMap(({tasks}) => tasks.map(({title}) => title))
const tasks = ({phases}: Outline) => phases.flatMap((phase) => [...phase.tasks])

describe('the outline planner', () => {
  it('is free and always there', async () => {
    expect(planner).to.include({name: 'outline', usesModel: false})
    expect(await planner.unavailable()).to.equal(null)
  })

  it('makes headings phases, outermost items tasks, and keeps lines and ticks', async () => {
    const plan = await outline(
      '# App\n\nWhat it is.\n\n## Server\n\n1. One\n   - detail\n2. Two\n\n## Client\n\n- [x] Three\n  - [ ] Four\n- Group:\n  - Five\n',
    )
    expect(plan).to.include({title: 'App', summary: 'What it is.'})
    expect(plan.phases.map(({name}) => name)).to.deep.equal(['Server', 'Client'])
    expect(tasks(plan)).to.deep.equal([
      {id: 't1', title: 'One', done: false, line: 7},
      {id: 't2', title: 'Two', done: false, line: 9},
      {id: 't3', title: 'Three', done: true, line: 13},
      {id: 't4', title: 'Four', done: false, line: 14},
      {id: 't5', title: 'Five', done: false, line: 16},
    ])
  })

  it('takes the author’s phases, their hours from a timeline, and ticked lists beside them', async () => {
    const plan = await outline(
      '# X\n\n## Requirements\n\n- Must be fast\n\n## Plan\n\n### Phase 1: Start\n\n- a\n\n### Phase 10 (2 days)\n\n- b\n\n## Checklist\n\n### Core\n\n- [ ] c\n\n### Edges\n\n- [ ] d\n\n## Timeline\n\n- Phase 10: 40 h\n- Phase 1: 2-3 hours\n',
    )
    expect(plan.phases.map(({name, hours}) => [name, hours])).to.deep.equal([
      ['Phase 1: Start', 2.5],
      ['Phase 10 (2 days)', 16],
      ['Checklist', 0],
    ])
    expect(plan.criteria).to.deep.equal(['Must be fast'])
  })

  it('takes rules for what the work has to keep to, not for work', async () => {
    const plan = await outline('# X\n\n## Tasks\n\n- [ ] a\n\n## Rules\n\n- b\n- c\n\n## Business rules\n\n- d\n')
    expect(titles(plan)).to.deep.equal(['a'])
    expect(titles(await outline('# X\n\n## Rules engine\n\n- a\n'))).to.deep.equal(['a'])
  })

  it('finds criteria, leaves out what is out of scope, and makes prose sections tasks', async () => {
    const plan = await outline(
      '# X\n\nIntro.\n\n## Login\n\nUsers log in.\n\nAcceptance criteria:\n\n- It works\n\n## Out of scope\n\n- Phones\n\n## It is right when\n\nAll is green. Nothing is red.\n',
    )
    expect(titles(plan)).to.deep.equal(['Login'])
    expect(plan.criteria).to.deep.equal(['It works', 'All is green.', 'Nothing is red.'])
  })

  it('collects commands of acceptance blocks as text, without prompts, comments and output', async () => {
    const plan = await outline(
      [
        '# X\n\n- do\n\n## How to test',
        '```console\n$ npm ci \\\n    --quiet\nadded 3 packages\n$ npm test\n```',
        '```bash\n# comment\npytest -q && echo "$(rm -rf /)"\n```',
        '```json\n{"no": 1}\n```',
        '```sh\ncat <<EOF\na\nEOF\n```',
        '## Acceptance\n\n- `node --test` passes, `GET /x` answers, `make` builds\n',
        '## Out of scope\n\n```sh\nnever\n```',
        '## Usage\n\n```sh\nnot this\n```',
      ].join('\n\n'),
    )
    expect(plan.acceptance).to.deep.equal([
      'npm ci --quiet',
      'npm test',
      'pytest -q && echo "$(rm -rf /)"',
      'cat <<EOF\na\nEOF',
      'node --test',
      'make',
    ])
  })

  it('makes do with three lines, one paragraph, no text and no letters', async () => {
    expect(titles(await outline('Build a CLI in Python\nAdd tests\nWrite docs'))).to.deep.equal([
      'Build a CLI in Python',
      'Add tests',
      'Write docs',
    ])
    expect(titles(await outline('Build a CLI, e.g. in Rust. It adds\nand lists things. Done!'))).to.deep.equal([
      'Build a CLI, e.g. in Rust.',
      'It adds and lists things.',
      'Done!',
    ])
    for (const nothing of ['', ' \n\r\n', '\uFEFF', '---\n---\n', '***', '```\ncode\n```']) {
      expect(titles(await outline(nothing)), JSON.stringify(nothing)).to.have.length(1)
    }
    expect((await outline('', '/specs/todo-list.md')).title).to.equal('todo-list')
  })

  it('reads Chinese', async () => {
    const plan = await outline('# 待办工具\n\n用 Python 编写。\n\n## 功能\n\n- 添加任务\n- 列出任务\n\n## 验收标准\n\n- 测试通过\n')
    expect(plan).to.deep.include({title: '待办工具', type: 'python', criteria: ['测试通过']})
    expect(titles(plan)).to.deep.equal(['添加任务', '列出任务'])
    expect(titles(await outline('构建一个工具。支持添加。支持列出。'))).to.have.length(3)
  })

  it('reads front matter, setext headings, tables, Windows line ends and a byte order mark', async () => {
    const plan = await outline(
      '\uFEFF---\ntitle: "From matter"\n---\n\nHead\n====\n\nSub\n---\n\n- a\n\n| x | y |\n|---|---|\n| Terraform | 2 |\n'.replaceAll(
        '\n',
        '\r\n',
      ),
    )
    expect(plan).to.include({title: 'From matter', type: 'infrastructure'})
    expect(tasks(plan)).to.deep.equal([{id: 't1', title: 'a', done: false, line: 11}])
    expect(plan.phases[0]!.name).to.equal('Sub')
  })

  it('keeps hostile text as plain text', async () => {
    const plan = await outline(
      '# A `b` $(c) "d" <script>e</script> {{f}}\n\n- \u001b[31mred\u0007 \u202Eback <img src=x> `rm -rf /`\n- ' + 'x'.repeat(500),
    )
    expect(plan.title).to.equal('A b $(c) "d" e {{f}}')
    expect(titles(plan)[0]).to.equal('[31mred back rm -rf /')
    expect(titles(plan)[1]).to.have.length(200)
  })

  it('groups a long specification into few phases and loses no task', async () => {
    const sections = Array.from({length: 250}, (_, n) => `## Part ${n} of it\n\n${[1, 2, 3].map((m) => `- Task ${n}.${m}`).join('\n')}\n`)
    const spec = `# Long\n\nIt is long.\n\n${sections.join('\n')}`
    expect(spec.split('\n').length).to.be.greaterThan(1500)
    const plan = await outline(spec)
    expect(plan.phases).to.have.length(12)
    expect(tasks(plan)).to.have.length(750)
    expect(plan.summary).to.contain('250 sections with tasks are grouped into 12 phases')
    const lines = spec.split('\n')
    for (const {title, line} of tasks(plan)) expect(lines[line! - 1]).to.equal(`- ${title}`)
  })

  it('sizes by tasks and by what the specification says, not by limits', async () => {
    const size = async (spec: string) => (await outline(spec)).size
    expect(await size('- a\n- b')).to.include({size: 'small', estimatedLines: 0, complexity: 'low'})
    expect(await size('- a\n'.repeat(200))).to.include({size: 'large', estimatedLines: 0})
    expect(await size('Port the 7,000+ lines of it.\n\n- a')).to.include({size: 'large', estimatedLines: 7000})
    expect(await size('No file over 9000 lines; at most 8000 lines per file.\n\n- a')).to.include({size: 'small'})
  })

  it('names languages and tools', async () => {
    const plan = await outline('Write it in TypeScript for Node.js with React and PostgreSQL.\n\n```ts\nx\n```\n')
    expect(plan).to.deep.include({type: 'typescript', technologies: ['TypeScript', 'JavaScript', 'React', 'PostgreSQL']})
    expect((await outline('We go in and rust never sleeps; make it swift.')).type).to.equal('general')
  })

  it('never throws, is deterministic, and its result is clean, whatever the text', async () => {
    const bits = fc.constantFrom(
      '# ',
      '## ',
      '- ',
      '- [ ] ',
      '1. ',
      '```',
      '`',
      '\n',
      '\n\n',
      ': ',
      '$(x)',
      '<b>',
      '|',
      '> ',
      '\t',
      'Phase 1',
      'Acceptance',
      '验收',
      '\u0000',
      '\uD800',
      '\r',
      '---',
      'word',
    )
    const text = fc.oneof(
      fc.string({unit: 'binary', maxLength: 300}),
      fc.array(bits, {maxLength: 60}).map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (spec) => {
        const plan = await outline(spec)
        expect(await outline(spec)).to.deep.equal(plan)
        const all = tasks(plan)
        const count = spec.split(/\r\n|\n|\r/).length
        expect(all.length).to.be.greaterThan(0)
        expect(new Set(all.map(({id}) => id)).size).to.equal(all.length)
        for (const {line} of all) expect(line).to.be.within(1, count)
        for (const {hours, tasks: own} of plan.phases) {
          expect(hours).to.be.at.least(0)
          expect(own).not.to.be.empty
        }
        for (const value of [plan.title, plan.summary, ...plan.criteria, ...plan.phases.map(({name}) => name), ...titles(plan)]) {
          expect(value).to.match(/\S/)
          expect(value).not.to.match(/[\p{Cc}\p{Surrogate}]/u)
        }
        for (const value of [plan.title, ...plan.criteria, ...titles(plan)]) expect(value.length).to.be.at.most(200)
      }),
      {numRuns: 400},
    )
  })

  it('says what a specification calls itself, else the name of its file', () => {
    expect(planner.title('---\ntitle: Front\n---\n# Top\n', '/s/file.md')).to.equal('Front')
    expect(planner.title('# Top\n\nText\n', '/s/file.md')).to.equal('Top')
    expect(planner.title('', '/s/file.md')).to.equal('file')
  })
})
