// Mocha's spec reporter that also writes what came of each test to $ORCH_CI_RESULTS, for the closing lines of the gate.
import {writeFileSync} from 'node:fs'
import {relative} from 'node:path'
import Mocha from 'mocha'

export default class SpecAndFile extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const files = new Map()
    const failed = []
    const skipped = []
    let passes = 0
    let last = Date.now()
    // A test's own duration leaves its hooks out, and those start servers: the time since the last end counts.
    const took = (test) => {
      const now = Date.now()
      const file = relative(process.cwd(), test.file ?? '')
      files.set(file, (files.get(file) ?? 0) + now - last)
      last = now
    }
    runner.on('pass', () => (passes += 1))
    runner.on('fail', (test, error) => failed.push({title: test.fullTitle(), message: String(error?.message ?? error).split('\n')[0]}))
    runner.on('pending', (test) => skipped.push(test.fullTitle()))
    runner.on('test end', took)
    runner.once('end', () => {
      const result = {passes, failed, skipped, files: Object.fromEntries(files)}
      if (process.env.ORCH_CI_RESULTS) writeFileSync(process.env.ORCH_CI_RESULTS, JSON.stringify(result))
    })
  }
}
