/** A file, folder, socket or process that orch needs while it runs, and that anything with this user's rights may take away. */
export interface OwnFile {
  readonly name: string
  /** Whether it is there and as orch left it. */
  isIntact(): Promise<boolean>
  /** Makes it again. */
  restore(): Promise<void>
}
