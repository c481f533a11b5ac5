import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {openFileLogger} from '../../src/adapters/logger.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('openFileLogger', () => {
  const folder = useTemporaryFolder()

  it('writes one JSON object a line, privately', async () => {
    const file = join(folder(), 'logs', 'supervisor.log')
    const {logger, close} = openFileLogger(file)
    logger.info('one', {count: 1})
    logger.child({project: 'p_1'}).error('two', {error: new Error('deep')})
    logger.warn('three')
    await close()
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({msg}) => msg)).to.deep.equal(['one', 'two', 'three'])
    expect(lines[0]).to.include({count: 1})
    expect(lines[1]).to.include({project: 'p_1'})
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
  })

  it('writes lines of its level and worse, also from children that were made before it was set', async () => {
    const file = join(folder(), 'supervisor.log')
    const {logger, setLevel, close} = openFileLogger(file)
    const child = logger.child({project: 'p_1'})
    const speak = (level: string) => {
      for (const each of [logger, child]) for (const name of ['debug', 'info', 'warn', 'error'] as const) each[name](`${level}-${name}`)
    }
    speak('first')
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      setLevel(level)
      speak(level)
    }
    await close()
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as {msg: string}).msg)
    const twice = (level: string, ...names: string[]) => [...names, ...names].map((name) => `${level}-${name}`)
    expect(lines).to.deep.equal([
      ...twice('first', 'info', 'warn', 'error'),
      ...twice('debug', 'debug', 'info', 'warn', 'error'),
      ...twice('info', 'info', 'warn', 'error'),
      ...twice('warn', 'warn', 'error'),
      ...twice('error', 'error'),
    ])
  })

  it('writes no secret, wherever it stands', async () => {
    const file = join(folder(), 'supervisor.log')
    const {logger, close} = openFileLogger(file)
    const secret = 'hunter2-hunter2'
    logger.info('a', {token: secret})
    logger.info('b', {run: {id: 'r_1', token: secret}})
    logger.info('c', {agent: {run: {token: secret}}})
    logger.info('d', {env: {ANY: secret}})
    logger.info('e', {request: {env: {ANY: secret}, authorization: secret, apiKey: secret}})
    logger.child({ORCH_TOKEN: secret}).info('f', {headers: {ORCH_TOKEN: secret}})
    await close()
    const text = await readFile(file, 'utf8')
    expect(text.trim().split('\n')).to.have.length(6)
    expect(text).not.to.include(secret)
    expect(text).to.include('[redacted]').and.include('r_1')
  })
})
