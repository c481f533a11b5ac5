import {messageOf, type CheckResult, type DoctorCheck} from '@orch/plugin-kit'

/** Runs the checks of every plugin; a check that breaks is a finding, not an end. */
export class Checkup {
  readonly #checks: readonly DoctorCheck[]

  constructor(checks: readonly DoctorCheck[]) {
    this.#checks = checks
  }

  async run(): Promise<CheckResult[]> {
    const results = await Promise.all(
      this.#checks.map((check) =>
        check.run().catch((error: unknown): CheckResult[] => [{name: check.name, verdict: 'failed', what: messageOf(error)}]),
      ),
    )
    return results.flat()
  }
}
