/**
 * Makes a stream of work that tells how it goes on: every item that it tells, however slow the reader is, and then its result.
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
