import type {Ports} from '../ports/ports.js'
import {FakeClock} from './fake-clock.js'
import {FakeIds} from './fake-ids.js'
import {FakeRunner} from './fake-runner.js'
import {MemoryLogger} from './memory-logger.js'
import {MemoryProjects} from './memory-projects.js'

/** Ports of fakes; give what the test needs in earnest. */
export function testPorts(real: Partial<Ports> = {}): Ports {
  return {
    clock: new FakeClock(),
    ids: new FakeIds(),
    logger: new MemoryLogger(),
    processes: new FakeRunner(),
    schemas: {check: () => []},
    paths: {
      data: '/nonexistent/data',
      config: '/nonexistent/config',
      cache: '/nonexistent/cache',
      user: '/nonexistent/user',
      hookCommand: ['/bin/sh', 'hook.sh'],
      mcpCommand: ['node', 'mcp.js'],
    },
    config: () => ({}),
    projects: new MemoryProjects(),
    ...real,
  }
}
