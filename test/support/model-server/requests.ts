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
  /** Tools that are named and loaded when the model asks for them (Claude Code 2.1.330 and later). */
  readonly deferredTools: readonly string[]
  /** What each tool takes, by its name. */
  readonly toolInputs: Readonly<Record<string, readonly string[]>>
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
  readonly tools?: readonly {readonly name: string; readonly input_schema?: {readonly properties?: object}}[]
}

/** The list that follows these words in the text around the first prompt. */
const DEFERRED = /before calling them:\n((?:\w+\n)+)/

/** @param body the JSON of a request to the messages API */
export function recordRequest(path: string, body: Body, credential: string): RecordedRequest {
  const messages = body.messages ?? []
  const tools = body.tools ?? []
  const conversation = messages.map(({content}) => textOf(content)).join('\n')
  return {
    path,
    model: body.model ?? '',
    system: textOf(body.system),
    lastUserText: textOf(messages.findLast(({role}) => role === 'user')?.content),
    conversation,
    tools: tools.map(({name}) => name),
    deferredTools: DEFERRED.exec(conversation)?.[1]?.trim().split('\n') ?? [],
    toolInputs: Object.fromEntries(tools.map(({name, input_schema}) => [name, Object.keys(input_schema?.properties ?? {})])),
    stream: body.stream === true,
    credential,
  }
}

function textOf(content: string | readonly Block[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? ''
  return content.map((block) => block.text ?? textOf(block.content)).join('\n')
}
