import type {ProcessIdentity} from '@orch/plugin-kit'
import type {FakeClock} from '@orch/plugin-kit/testing'
import type {Host, Stamp} from '../../src/ledger/host.js'

/** A machine with a clock that can be set, that can be booted, and whose processes are what the test says. */
export class FakeHost implements Host {
  boot = 'boot-1'
  readonly dead = new Set<number>()
  constructor(
    readonly clock: FakeClock,
    readonly identity: ProcessIdentity,
  ) {}
  async stamp(): Promise<Stamp> {
    return {wall: this.clock.now(), monotonic: this.clock.monotonic(), boot: this.boot}
  }
  async ageOf(stamp: Stamp): Promise<number | null> {
    return stamp.boot === this.boot ? this.clock.monotonic() - stamp.monotonic : null
  }
  self = async () => this.identity
  isAlive = async ({pid}: ProcessIdentity) => !this.dead.has(pid)
  bootId = async () => this.boot
}
