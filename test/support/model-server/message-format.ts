import type {ModelAnswer} from './answers.js'

type Turn = Exclude<ModelAnswer, {kind: 'error'}>

/** The answer as one JSON message (Messages API, not streamed). */
export function asMessage(answer: Turn, id: string, model: string): object {
  return {
    ...envelope(id, model),
    content: [blockOf(answer, id)],
    stop_reason: stopReason(answer),
    usage: {input_tokens: 10, output_tokens: 5},
  }
}

/** The answer as server-sent events (Messages API, `stream: true`). */
export function asEvents(answer: Turn, id: string, model: string): string {
  const empty = answer.kind === 'text' ? {type: 'text', text: ''} : {type: 'tool_use', id: `toolu_${id}`, name: answer.name, input: {}}
  const delta =
    answer.kind === 'text'
      ? {type: 'text_delta', text: answer.text}
      : {type: 'input_json_delta', partial_json: JSON.stringify(answer.input)}
  return [
    {type: 'message_start', message: {...envelope(id, model), content: [], stop_reason: null, usage: {input_tokens: 10, output_tokens: 0}}},
    {type: 'content_block_start', index: 0, content_block: empty},
    {type: 'content_block_delta', index: 0, delta},
    {type: 'content_block_stop', index: 0},
    {type: 'message_delta', delta: {stop_reason: stopReason(answer), stop_sequence: null}, usage: {output_tokens: 5}},
    {type: 'message_stop'},
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')
}

function envelope(id: string, model: string): object {
  return {id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null}
}

function blockOf(answer: Turn, id: string): object {
  return answer.kind === 'text'
    ? {type: 'text', text: answer.text}
    : {type: 'tool_use', id: `toolu_${id}`, name: answer.name, input: answer.input}
}

function stopReason(answer: Turn): string {
  return answer.kind === 'text' ? 'end_turn' : 'tool_use'
}
