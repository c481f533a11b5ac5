// Loaded into mocha by `npm run soak`: properties are tried with a hundred times the examples of a usual run (fast-check's default is 100).
import {createRequire} from 'node:module'
import imported from 'fast-check'

// Mocha loads test files with require where it can, and each way has a fast-check of its own.
for (const fc of [imported, createRequire(import.meta.url)('fast-check')]) fc.configureGlobal({numRuns: 10_000})
