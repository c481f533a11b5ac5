import {takeInstanceLock} from '../../src/adapters/instance-lock.js'

// A process that takes the lock of the folder it is given, says whether it has it, and then stays.
const lock = await takeInstanceLock(process.argv[2]!)
process.stdout.write(lock ? 'taken\n' : 'refused\n')
setInterval(() => {}, 1000)
