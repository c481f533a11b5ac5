import type {Host} from '../../domain/ports/host.js'
import type {Project} from '../../domain/model/project.js'

/** Gives each agent a block of TCP ports of its own, for its dev servers. */
export class PortBlocks {
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
  }

  /**
   * @param taken projects whose agents hold blocks now
   * @param count how many blocks
   * @returns blocks that overlap no other and on whose first port nothing listens
   */
  async allot(
    taken: readonly Project[],
    count: number,
    {first, perAgent}: {first: number; perAgent: number},
  ): Promise<{from: number; to: number}[]> {
    const held = taken.flatMap(({agents}) => agents.map(({portBlock}) => portBlock))
    const blocks: {from: number; to: number}[] = []
    for (let from = first; blocks.length < count && from + perAgent <= 65_536; from += perAgent) {
      const block = {from, to: from + perAgent - 1}
      const overlaps = held.some((other) => block.from <= other.to && other.from <= block.to)
      if (!overlaps && !(await this.#host.isListening(from))) blocks.push(block)
    }
    // More agents than ports: the rest share the last block rather than not start.
    while (blocks.length < count) blocks.push(blocks.at(-1) ?? {from: first, to: first + perAgent - 1})
    return blocks
  }
}
