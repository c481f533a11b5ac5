import type {ModelAnswer} from './answers.js'

type Turn = Exclude<ModelAnswer, {kind: 'error'}>

/** A short request. */
const INPUT_TOKENS = 10
/** Events of an answer that breaks off: these are sent, then the connection goes. */
const EVENTS_BEFORE_BREAK = 3

/** The answer as one JSON message (Messages API, not streamed). */
export function asMessage(answer: Turn, id: string, model: string): object {
  return {
    ...envelope(id, model),
    content: [blockOf(answer, id)],
    stop_reason: stopReason(answer),
    usage: {input_tokens: answer.inputTokens ?? INPUT_TOKENS, output_tokens: 5},
  }
}

/** The answer as server-sent events (Messages API, `stream: true`). */
export function asEvents(answer: Turn, id: string, model: string): string {
  const empty = answer.kind === 'tool' ? {type: 'tool_use', id: `toolu_${id}`, name: answer.name, input: {}} : {type: 'text', text: ''}
  const delta =
    answer.kind === 'tool'
      ? {type: 'input_json_delta', partial_json: JSON.stringify(answer.input)}
      : {type: 'text_delta', text: answer.text}
  const events = [
    {
      type: 'message_start',
      message: {
        ...envelope(id, model),
        content: [],
        stop_reason: null,
        usage: {input_tokens: answer.inputTokens ?? INPUT_TOKENS, output_tokens: 0},
      },
    },
    {type: 'content_block_start', index: 0, content_block: empty},
    {type: 'content_block_delta', index: 0, delta},
    {type: 'content_block_stop', index: 0},
    {type: 'message_delta', delta: {stop_reason: stopReason(answer), stop_sequence: null}, usage: {output_tokens: 5}},
    {type: 'message_stop'},
  ]
  return (answer.kind === 'disconnect' ? events.slice(0, EVENTS_BEFORE_BREAK) : events)
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

function envelope(id: string, model: string): object {
  return {id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null}
}

function blockOf(answer: Turn, id: string): object {
  return answer.kind === 'tool'
    ? {type: 'tool_use', id: `toolu_${id}`, name: answer.name, input: answer.input}
    : {type: 'text', text: answer.text}
}

function stopReason(answer: Turn): string {
  return answer.kind === 'tool' ? 'tool_use' : 'end_turn'
}
