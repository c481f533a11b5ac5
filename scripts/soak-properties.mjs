// Loaded into mocha by `npm run soak`: properties are tried with a hundred times the examples of a usual run (fast-check's default is 100).
import fc from 'fast-check'

fc.configureGlobal({numRuns: 10_000})
