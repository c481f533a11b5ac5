import {expect} from 'chai'
import type {JsonSchema, RpcMethod, RpcStream} from '@orch/plugin-kit'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {call, params, type CallContext, type Method, type Methods, type StreamMethod} from '../../../src/rpc/method.js'
import {withPluginMethods} from '../../../src/rpc/methods/plugins.js'
import {failureOf, refusal} from '../../support/failure.js'

const NUMBER: JsonSchema = {type: 'object', properties: {n: {type: 'number'}}, required: ['n'], additionalProperties: false}

describe('the methods of plugins', () => {
  const context: CallContext = {caller: {agent: null}, signal: new AbortController().signal}
  const core: Methods = {'message.send': call(params({}), async () => 'of the host')}
  const plugin = (name: string, methods: Record<string, RpcMethod | RpcStream>) => ({plugin: name, value: {methods}})
  const answering = (answer: unknown): RpcMethod => ({params: params({}), result: NUMBER, handler: async () => answer})
  const build = (...registrations: ReturnType<typeof plugin>[]) => withPluginMethods(core, registrations, new AjvValidator())
  const ask = (methods: Methods, name: string) => (methods[name] as Method<object>).handle({}, context)

  it('stand beside those of the host', async () => {
    const methods = build(plugin('one', {'one.n': answering({n: 1})}), {plugin: 'none', value: {}} as never)
    expect(await ask(methods, 'one.n')).to.deep.equal({n: 1})
    expect(await ask(methods, 'message.send')).to.equal('of the host')
  })

  it('replace neither those of the host nor each other', async () => {
    const error = await refusal('ORCH_HOOK_CLASH', (async () => build(plugin('evil', {'message.send': answering({n: 1})})))())
    expect(error.message).to.include('orch and evil').and.include('message.send')
    const both = [plugin('one', {'a.b': answering({n: 1})}), plugin('two', {'a.b': answering({n: 2})})]
    expect((await refusal('ORCH_HOOK_CLASH', (async () => build(...both))())).message).to.include('one and two')
  })

  it('are told of when they answer against their own schema', async () => {
    const methods = build(plugin('one', {'one.n': answering({n: 'no number'})}))
    const error = await refusal('ORCH_INTERNAL', ask(methods, 'one.n'))
    expect(error.message).to.include('one answers one.n against its own schema at n')
  })

  it('stream as long as each object is as declared, with their own `this`', async () => {
    class Source implements RpcStream {
      readonly params = params({})
      readonly result = NUMBER
      readonly #items = [{n: 1}, {n: 2}, {m: 3}]
      async *stream(): AsyncGenerator<object> {
        yield* this.#items
      }
    }
    const got: unknown[] = []
    const methods = build(plugin('one', {'one.s': new Source()}))
    const read = async () => {
      for await (const item of (methods['one.s'] as StreamMethod<object>).handle({}, context)) got.push(item)
    }
    expect(await failureOf(read())).to.have.property('code', 'ORCH_INTERNAL')
    expect(got).to.deep.equal([{n: 1}, {n: 2}])
  })
})
