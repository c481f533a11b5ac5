import {expect} from 'chai'
import {limited, ModelServer, overloaded, text, tool, type ModelRule} from './index.js'

describe('ModelServer', () => {
  let model: ModelServer
  const start = async (rules: ModelRule[] = []) => (model = await ModelServer.start(rules))
  afterEach(() => model.stop())

  const ask = (words: string, over: object = {}) =>
    fetch(`${model.url}/v1/messages?beta=true`, {
      method: 'POST',
      body: JSON.stringify({model: 'm', messages: [{role: 'user', content: [{type: 'text', text: words}]}], ...over}),
    })

  it('answers by the first rule that fits, newest first, as often as it may', async () => {
    await start([{match: 'hello', answer: text('hi')}])
    model.add({match: /^hello/, times: 1, answer: text('once')})
    const said = async (words: string) => ((await (await ask(words)).json()) as {content: {text: string}[]}).content[0]!.text
    expect([await said('hello'), await said('hello'), await said('bye')]).to.deep.equal(['once', 'hi', 'ok'])
    expect(model.requests.map(({lastUserText}) => lastUserText)).to.deep.equal(['hello', 'hello', 'bye'])
  })

  it('streams text and tool calls as the API does', async () => {
    await start([{withTool: 'Bash', answer: tool('Bash', {command: 'ls'})}])
    const stream = async (over: object) => (await ask('go', {stream: true, ...over})).text()
    expect(await stream({})).to.match(/event: message_start[^]*"text_delta","text":"ok"[^]*"end_turn"[^]*event: message_stop/)
    expect(await stream({tools: [{name: 'Bash'}]})).to.match(
      /"tool_use"[^]*"partial_json":"\{\\"command\\":\\"ls\\"\}"[^]*"stop_reason":"tool_use"/,
    )
  })

  it('refuses with status, body and headers of the API', async () => {
    await start([
      {match: 'limit', answer: limited(1_900_000_000)},
      {match: 'load', answer: overloaded()},
    ])
    const refused = await ask('limit')
    expect(refused.status).to.equal(429)
    expect(refused.headers.get('anthropic-ratelimit-unified-reset')).to.equal('1900000000')
    expect(await refused.json()).to.have.nested.property('error.type', 'rate_limit_error')
    expect((await ask('load')).status).to.equal(529)
  })

  it('lets a test wait for a request, and tells it what came when it does not come', async () => {
    await start()
    const waiting = model.waitFor(({lastUserText}) => lastUserText === 'second', 5_000)
    await ask('first')
    await ask('second')
    expect((await waiting).lastUserText).to.equal('second')
    const missing: unknown = await model.waitFor(({lastUserText}) => lastUserText === 'third', 20).catch((error: unknown) => error)
    expect(missing).to.be.an('error').with.property('message').that.includes('"second"')
  })
})
