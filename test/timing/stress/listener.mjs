// Listens until it is killed: `listener.mjs PORT HOST [CHILD_MS]`. With CHILD_MS a child inherits the socket and holds it so long, from the listener's end on.
import {spawn} from 'node:child_process'
import {createServer} from 'node:net'

const [port, host, childMs] = process.argv.slice(2)
const server = createServer()
server.listen({port: Number(port), host, ipv6Only: host.includes(':')}, () => {
  if (childMs) {
    const idle = `process.stdin.on('end', () => setTimeout(() => process.exit(), ${Number(childMs)})).resume()`
    // The pipe ends with this process, however that ends.
    spawn(process.execPath, ['-e', idle], {stdio: ['pipe', 'ignore', 'ignore', server._handle.fd]})
  }
  process.stdout.write('listening\n')
})
