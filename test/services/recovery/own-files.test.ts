import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import type {OwnFile} from '../../../src/domain/own-file.js'
import {OwnFiles} from '../../../src/services/recovery/own-files.js'

describe('OwnFiles', () => {
  let logger: MemoryLogger
  let there: Set<string>
  let full: boolean
  const file = (name: string): OwnFile => ({
    name,
    isIntact: async () => there.has(name),
    restore: async () => {
      if (full) throw new Error('ENOSPC')
      there.add(name)
    },
  })
  let files: OwnFiles

  beforeEach(() => {
    logger = new MemoryLogger()
    there = new Set()
    full = false
    files = new OwnFiles({files: [file('the socket'), file('the spool')], logger})
  })

  it('makes everything at the start, which is no loss to tell of', async () => {
    await files.tick()
    expect([...there]).to.deep.equal(['the socket', 'the spool'])
    expect(logger.lines).to.deep.equal([])
  })

  it('makes again what vanished, and says so', async () => {
    await files.tick()
    there.delete('the socket')
    await files.tick()
    expect([...there]).to.have.members(['the socket', 'the spool'])
    expect(logger.lines).to.have.length(1)
    expect(JSON.stringify(logger.lines[0])).to.include('the socket')
  })

  it('says once what cannot be made again, looks after the others, and tries on', async () => {
    await files.tick()
    there.clear()
    full = true
    await files.tick()
    await files.tick()
    expect(logger.lines.map(({level}) => level)).to.deep.equal(['error', 'error'])
    full = false
    await files.tick()
    expect([...there]).to.deep.equal(['the socket', 'the spool'])
  })
})
