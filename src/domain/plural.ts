/** So many of something, in words a person reads. @param many the plural where it is not formed with an s */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
