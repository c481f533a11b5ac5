import {readFileSync} from 'node:fs'
import type {PlayerConfig} from '../player-config.js'
import {defaultWork} from './default-work.js'
import {Player} from './player.js'

/** `node main.js --config FILE`: runs a rehearsal agent. FILE is what the driver's `launch` wrote. */
const [flag, file] = process.argv.slice(2)
if (flag !== '--config' || file === undefined) {
  process.stderr.write('Usage: main.js --config FILE\n')
  process.exit(2)
}
const config = JSON.parse(readFileSync(file, 'utf8')) as PlayerConfig
await new Player(config).play(config.script ?? (await defaultWork(config)))
