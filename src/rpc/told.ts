/**
 * Streams the progress of work and then its result; keeps every item for a slow reader.
 * @throws what the work fails with, after what it told
 */
export async function* told<Item, Result>(work: (tell: (item: Item) => void) => Promise<Result>): AsyncGenerator<Item | Result> {
  const items: Item[] = []
  let wake: () => void = () => {}
  let isOver = false
  const result = work((item) => {
    items.push(item)
    wake()
  })
  const end = () => {
    isOver = true
    wake()
  }
  // A reader that goes away does not wait for the result.
  result.then(end, end)
  while (!isOver || items.length > 0) {
    const item = items.shift()
    if (item !== undefined) yield item
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  yield await result
}
