/** A request to the messages API as far as tests look at it. */
export interface RecordedRequest {
  readonly path: string
  readonly model: string
  readonly system: string
  /** What the person said last, with what Claude Code put around it. */
  readonly lastUserText: string
  /** Every text of every message, oldest first. */
  readonly conversation: string
  readonly tools: readonly string[]
  readonly stream: boolean
  /** The key or token it came with: made up, in tests. */
  readonly credential: string
}

interface Block {
  readonly type: string
  readonly text?: string
  readonly content?: string | readonly Block[]
}

interface Body {
  readonly model?: string
  readonly stream?: boolean
  readonly system?: string | readonly Block[]
  readonly messages?: readonly {readonly role: string; readonly content: string | readonly Block[]}[]
  readonly tools?: readonly {readonly name: string}[]
}

/** @param body the JSON of a request to the messages API */
export function recordRequest(path: string, body: Body, credential: string): RecordedRequest {
  const messages = body.messages ?? []
  return {
    path,
    model: body.model ?? '',
    system: textOf(body.system),
    lastUserText: textOf(messages.findLast(({role}) => role === 'user')?.content),
    conversation: messages.map(({content}) => textOf(content)).join('\n'),
    tools: (body.tools ?? []).map(({name}) => name),
    stream: body.stream === true,
    credential,
  }
}

function textOf(content: string | readonly Block[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? ''
  return content.map((block) => block.text ?? textOf(block.content)).join('\n')
}
