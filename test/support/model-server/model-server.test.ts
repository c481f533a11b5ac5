import {expect} from 'chai'
import {
  disconnect,
  held,
  limited,
  ModelServer,
  overloaded,
  planHeaders,
  text,
  throttled,
  tool,
  unauthorised,
  type ModelRule,
} from './index.js'

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

  it('keeps an answer back until it is released', async () => {
    const work = held('at last')
    await start([{match: 'go', answer: work.answer}])
    let came = false
    const asked = ask('go').then((response) => ((came = true), response.json()))
    await model.waitFor(({lastUserText}) => lastUserText === 'go', 5_000)
    await ask('something else')
    expect(came).to.equal(false)
    work.release()
    expect(await asked).to.have.nested.property('content[0].text', 'at last')
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

  it('breaks off in the middle of an answer', async () => {
    await start([{answer: disconnect('half a')}])
    const response = await ask('go', {stream: true})
    let seen = ''
    const broken: unknown = await (async () => {
      for await (const part of response.body!) seen += Buffer.from(part as Uint8Array).toString()
    })().catch((error: unknown) => error)
    expect(broken).to.be.an('error')
    expect(seen).to.include('half a').and.to.not.include('message_stop')
  })

  it('gives several answers one after the other, the last one again', async () => {
    await start([{match: 'go', answer: [throttled(), text('a'), text('b')]}])
    const said = async () => {
      const response = await ask('go')
      return response.ok ? ((await response.json()) as {content: {text: string}[]}).content[0]!.text : response.status
    }
    expect([await said(), await said(), await said(), await said()]).to.deep.equal([429, 'a', 'b', 'b'])
  })

  it('says nothing of a plan in a throttle, and tells its windows where it is asked to', async () => {
    await start([
      {match: 'throttle', answer: throttled()},
      {match: 'windows', answer: {kind: 'text', text: 'x', headers: planHeaders(0.42, 1_900_000_000)}},
    ])
    const unified = (response: Response) => [...response.headers.keys()].filter((name) => name.includes('unified'))
    expect(unified(await ask('throttle'))).to.deep.equal([])
    const told = await ask('windows')
    expect(told.headers.get('anthropic-ratelimit-unified-5h-utilization')).to.equal('0.42')
  })

  it('knows requests by their key or token', async () => {
    await start([{credential: 'old', answer: unauthorised()}])
    const as = (headers: Record<string, string>) => fetch(`${model.url}/v1/messages`, {method: 'POST', headers, body: '{}'})
    expect((await as({authorization: 'Bearer old'})).status).to.equal(401)
    expect((await as({'x-api-key': 'new'})).status).to.equal(200)
    expect(model.requests.map(({credential}) => credential)).to.deep.equal(['old', 'new'])
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
