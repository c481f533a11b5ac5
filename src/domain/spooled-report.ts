/** A report of an agent's hook, as it lies in the spool. Every agent can write there: nothing in it is trusted before its token is checked. */
export interface SpooledReport {
  readonly project: string
  readonly agent: string
  readonly run: string
  readonly token: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}
