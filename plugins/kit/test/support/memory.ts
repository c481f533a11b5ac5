/** Bytes that work asks for by `Buffer.allocUnsafe`. Nothing else of the process may ask meanwhile. */
export async function memoryAskedFor(work: () => Promise<void>): Promise<number> {
  const original = Buffer.allocUnsafe.bind(Buffer)
  let asked = 0
  Buffer.allocUnsafe = (size: number) => {
    asked += size
    return original(size)
  }
  try {
    await work()
  } finally {
    Buffer.allocUnsafe = original
  }
  return asked
}
