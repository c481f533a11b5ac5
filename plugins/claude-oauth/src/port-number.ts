/** @param text as a person or an environment gives it @returns null for what is no TCP port */
export function portNumber(text: string | undefined): number | null {
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null
}
