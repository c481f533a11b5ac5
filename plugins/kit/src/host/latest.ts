import type {Answer, GateAnswer, Wait} from '../hooks/index.js'

/** The greatest wait of all: others may add one, none can shorten one. */
export function latestOf(answers: readonly Answer<GateAnswer>[]): GateAnswer {
  const waits = answers.map(({value}) => value).filter((value): value is Wait => value !== 'clear')
  return waits.reduce<GateAnswer>((latest, wait) => (latest === 'clear' || wait.notBefore > latest.notBefore ? wait : latest), 'clear')
}
