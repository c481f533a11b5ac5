/** Formats a count with its noun: `1 phase`, `3 phases`. @param many the plural of an irregular noun */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
