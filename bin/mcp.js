#!/usr/bin/env node
// orch's tools for the agent that starts it, without oclif: each agent of a team has one such process. A person's door is `orch mcp`.
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {serve} from '../dist/mcp/serve.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const {version} = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const dataDir = process.env['ORCH_DATA_DIR']
if (dataDir === undefined) {
  console.error('ORCH_DATA_DIR is not set: this is for agents that orch started. Elsewhere: orch mcp')
  process.exit(2)
}
await serve({root, dataDir, version, env: process.env})
process.exit(0)
