/** A supervisor as a process of its own: `supervisor.ts '{"folder", "home", "jobs"}'` starts its jobs side by side and says what becomes of them, one JSON object a line. */
import {RealGate, type Job} from './real-gate.js'

const {folder, home, jobs} = JSON.parse(process.argv[2]!) as {folder: string; home: string; jobs: Job[]}
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const gate = new RealGate(folder, home)
await gate.settle()
say({ready: true})
await Promise.all(jobs.map(async (job) => say({started: await gate.start(job, () => say({leased: job.run}))})))
