import {askLine} from './ask-line.js'

export type Answer = 'yes' | 'trust' | 'view' | 'edit' | 'no' | 'interrupted'

/** What may be answered beside yes and no. */
export interface Choices {
  readonly trust: boolean
  /** The plan can be changed; not where there are several. */
  readonly edit: boolean
}

/** Asks a person at a terminal whether the plan may start. Ctrl-C and the end of input start nothing, nor does any other word. */
export async function askApproval(question: string, {trust, edit}: Choices): Promise<Answer> {
  const offered = [
    '[y]es',
    ...(trust ? ['yes and [t]rust this repository'] : []),
    '[v]iew the plan',
    ...(edit ? ['[e]dit it'] : []),
    '[N]o',
  ]
  const text = await askLine(`${question}\n  ${offered.join(' / ')} `)
  if (text === null) return 'interrupted'
  const word = text.trim().toLowerCase()
  const answer = ANSWERS[word]
  if (answer === undefined) process.stderr.write(`${JSON.stringify(word)} is none of these and counts as no.\n`)
  if ((answer === 'trust' && !trust) || (answer === 'edit' && !edit)) return 'no'
  return answer ?? 'no'
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  y: 'yes',
  yes: 'yes',
  t: 'trust',
  trust: 'trust',
  v: 'view',
  view: 'view',
  e: 'edit',
  edit: 'edit',
  '': 'no',
  n: 'no',
  no: 'no',
}
