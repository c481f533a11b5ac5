#!/usr/bin/env node
// `npm run bench`: the figures of the design's budgets, measured on this machine in one run. Nothing fails here: a test must not be timed.
//
//   npm run bench -- [WORD…]     only the figures whose name holds one of these words: version send receipt oneAgent tenAgents …
//   npm run bench -- --scaling [WORD…]     what grows how: 1 to 200 agents, 10 to 10,000 open messages
import {cpus, totalmem} from 'node:os'
import {FIGURES} from './bench/figures.mjs'
import {installation} from './bench/installation.mjs'
import {Place} from './bench/place.mjs'
import {SCALING} from './bench/scaling.mjs'

const words = process.argv.slice(2).filter((word) => word !== '--scaling')
const figures = process.argv.includes('--scaling') ? SCALING : FIGURES
const chosen = figures.filter(({name}) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())))
if (chosen.length === 0) {
  console.error(`Nothing to measure. There is: ${figures.map(({name}) => name).join(' ')}`)
  process.exit(2)
}
const [{model}] = cpus()
console.log(
  `${cpus().length} × ${model.trim()}, ${(totalmem() / 1e9).toFixed(0)} GB, ${process.platform} ${process.arch}, Node ${process.version}\n`,
)
const installed = installation()
try {
  for (const figure of chosen) await measure(figure)
} finally {
  installed.remove()
}

/** A place for each: no figure pays for the history of another. */
async function measure(figure) {
  const place = new Place(installed.bin)
  try {
    for (const {name, value, budget, held} of await figure(place)) {
      console.log(`${name.padEnd(58)} ${value.padEnd(42)} ${budget.padEnd(10)} ${held === null ? '' : held ? 'kept' : 'MISSED'}`.trimEnd())
    }
  } catch (error) {
    console.log(
      `${figure.name.padEnd(58)} not measured: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : error}`,
    )
    process.exitCode = 1
  } finally {
    await place.remove()
  }
}
