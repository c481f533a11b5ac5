import {symlink, mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {complexityScore, sizeOfScore, survey} from '../../src/index.js'
import {BUILT_IN, Folders, load} from '../support/sources.js'

describe('detecting the sort of project', () => {
  const folders = new Folders()
  afterEach(() => folders.remove())

  const detect = async (files: Record<string, string>) => (await load(BUILT_IN)).detect(await folders.make(files))

  it('takes the default with half confidence when nothing speaks', async () => {
    expect(await detect({'notes.txt': ''})).to.deep.include({template: 'code-project', confidence: 0.5})
    expect(await (await load(BUILT_IN)).detect('/nonexistent/repository')).to.deep.include({template: 'code-project', confidence: 0.5})
  })

  it('is surer with evidence than without', async () => {
    const {template, confidence, why} = await detect({'package.json': '{}'})
    expect(template).to.equal('code-project')
    expect(confidence).to.equal(0.7)
    expect(why).to.deep.equal(['package.json (package.json, +40)'])
  })

  const cases: Record<string, Record<string, string>> = {
    'web-application': {'package.json': '', 'vite.config.ts': '', 'src/App.tsx': ''},
    'infrastructure-as-code': {'terraform/': '', 'main.tf': '', 'network/vpc.tf': '', 'prod.tfvars': ''},
    'system-deployment': {'ansible/': '', 'app.service': '', 'prod_deployment_plan.md': ''},
    'data-pipeline': {'dbt_project.yml': '', 'etl/': '', 'models/a.py': ''},
    documentation: {'mkdocs.yml': '', 'docs/index.md': ''},
    'code-project': {'go.mod': '', 'main.go': '', 'data/': '', 'a.csv': '', 'b.csv': '', 'c.csv': '', 'd.csv': '', 'e.csv': ''},
  }
  for (const [template, files] of Object.entries(cases)) {
    it(`knows ${template}`, async () => {
      expect((await detect(files)).template).to.equal(template)
    })
  }

  it('skips hidden, installed and built folders, and follows no links', async () => {
    const repository = await folders.make({
      'a.py': '',
      '.hidden/b.py': '',
      'node_modules/c.js': '',
      'venv/d.py': '',
      'dist/e.js': '',
      'target/f.rs': '',
      'src/g.py': '',
    })
    const outside = await folders.make({'secret.tf': ''})
    await symlink(outside, join(repository, 'link'))
    await symlink(join(outside, 'secret.tf'), join(repository, 'link.tf'))
    expect(await survey(repository)).to.deep.equal({files: ['a.py', 'src/g.py'], folders: ['src'], ci: false, truncated: false})
  })

  it('stops at its bound', async () => {
    const repository = await folders.make({})
    await mkdir(join(repository, 'many'))
    for (let n = 0; n < 50; n++) await writeFile(join(repository, 'many', `${n}.py`), '')
    const found = await survey(repository, 20)
    expect(found.truncated).to.equal(true)
    expect(found.files.length + found.folders.length).to.equal(20)
  })

  it('scores complexity by the original formula, and counts a test file as a test', async () => {
    const files = {'a.py': '', 'b.py': '', 'test_a.py': '', Dockerfile: '', '.github/workflows/ci.yml': ''}
    // 3/10 code files, 4/100 files, tests, CI, container.
    expect(complexityScore(await survey(await folders.make(files)))).to.equal(5.3)
    expect([0, 4.9, 5, 11.9, 12, 20].map(sizeOfScore)).to.deep.equal(['small', 'small', 'medium', 'medium', 'large', 'large'])
  })
})
