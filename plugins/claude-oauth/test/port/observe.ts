/** A process that looks at a port and says what it sees as JSON: `observe.ts PORT`. */
import {ProcHolderFinder} from '../../src/port/holder.js'
import {ProcPortObserver} from '../../src/port/listeners.js'

const listeners = await new ProcPortObserver().listeners(Number(process.argv[2]))
const holder = await new ProcHolderFinder().find(listeners)
process.stdout.write(JSON.stringify({listeners: listeners.map(({address}) => address), holder}))
