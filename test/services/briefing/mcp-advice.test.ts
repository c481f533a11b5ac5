import {expect} from 'chai'
import {adviceFor, describeServers} from '../../../src/services/briefing/mcp-advice.js'

const server = (name: string, ...tools: string[]) => ({name, tools})
const categoryOf = (name: string, ...tools: string[]) => describeServers([server(name, ...tools)])[0]!.category

describe('what a briefing says of MCP servers', () => {
  for (const [category, ...names] of [
    ['filesystem', 'filesystem', 'google-drive', 's3', 'project files'],
    ['web search', 'brave-search', 'tavily', 'exa', 'google'],
    ['web scraping', 'firecrawl', 'puppeteer', 'playwright', 'fetch'],
    ['database', 'postgres', 'sqlite', 'bigquery', 'my-database'],
    ['knowledge', 'context7', 'memory', 'docs', 'wiki'],
    ['automation', 'github', 'n8n', 'linear', 'slack'],
    ['other', 'time', 'example', 'storage', 'profile', 'bilinear', ''],
  ] as const) {
    it(`puts ${names.join(', ')} under ${category}`, () => {
      for (const name of names) expect(categoryOf(name), name).to.equal(category)
    })
  }

  it('goes by the tools, most of them, where the name says nothing', () => {
    expect(categoryOf('fs', 'read_file', 'write_file', 'search_files', 'list_directory')).to.equal('filesystem')
    expect(categoryOf('web', 'browser_navigate', 'browser_click', 'browser_file_upload')).to.equal('web scraping')
    expect(categoryOf('kg', 'search_nodes', 'create_entities', 'read_memory')).to.equal('knowledge')
    expect(categoryOf('kit', 'add', 'subtract')).to.equal('other')
  })

  it('lists a server with its tools, a line each, the first twelve', () => {
    const tools = Array.from({length: 14}, (_, index) => `tool_${index}`)
    const [shown] = describeServers([server('a\nb', ...tools, 'odd\nname')])
    expect(shown!.name).not.to.include('\n')
    expect(shown!.tools).to.include('tool_11 and 3 more').and.not.include('tool_12')
  })

  it('has a strategy for the researcher with every kind of server', () => {
    for (const name of ['filesystem', 'brave-search', 'fetch', 'postgres', 'memory', 'github'])
      expect(adviceFor('researcher', [server(name)]), name).to.have.length(1)
    expect(adviceFor('researcher', [server('brave-search'), server('tavily'), server('memory')])).to.have.length(2)
  })

  it('advises a role on what it has, and nobody on what he has not', () => {
    expect(adviceFor('databaseops', [server('postgres')])[0]).to.match(/^Database: .*schema/)
    expect(adviceFor('tester', [server('playwright')])[0]).to.include('browser')
    expect(adviceFor('developer', [])).to.deep.equal([])
    expect(adviceFor('poet', [server('postgres')])).to.deep.equal([])
  })

  it('has the orchestrator take the inventory', () => {
    expect(adviceFor('orchestrator', [server('time')])[0]).to.include('inventory')
    expect(adviceFor('orchestrator', [])).to.deep.equal([])
  })
})
