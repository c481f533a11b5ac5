/** Something about a result that a person should look at. It does not change the verdict. */
export interface Flag {
  readonly kind: 'no-tests' | 'fewer-tests' | 'deleted-tests' | 'skipped-tests' | 'test-command' | 'remark'
  readonly what: string
}
