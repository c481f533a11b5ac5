/** A module that ends the process while it is loaded fails instead, and its stack says where. */
export async function withoutExit<T>(work: () => Promise<T>): Promise<T> {
  const exit = process.exit.bind(process)
  process.exit = (code) => {
    throw new Error(`it calls process.exit(${code ?? ''}) while it is loaded`)
  }
  try {
    return await work()
  } finally {
    process.exit = exit
  }
}
