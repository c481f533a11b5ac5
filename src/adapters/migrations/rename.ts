import {mapList, mapObject, renameFields, type Migration, type StoredRecord} from './stored-record.js'

/** Names fields by what they hold. */
export const RENAME: Migration = {
  to: 3,
  migrate(record) {
    const steps = [
      (each: StoredRecord) => mapList(each, 'agents', agent),
      (each: StoredRecord) => mapList(each, 'messages', message),
      (each: StoredRecord) => mapList(each, 'incidents', (incident) => renameFields(incident, INCIDENT)),
      (each: StoredRecord) => mapObject(each, 'options', (options) => renameFields(options, {talk: 'messagePolicy'})),
    ]
    return steps.reduce((current, step) => step(current), renameFields(record, {approvals: 'requests'}))
  },
}

const INCIDENT = {rung: 'step', rungAt: 'stepAt', taken: 'stepsTaken'}

function agent(record: StoredRecord): StoredRecord {
  const named = renameFields(record, {after: 'mergeAfter', conversed: 'hasConversation', care: 'context'})
  return mapObject(named, 'context', (context) => renameFields(context, {rescues: 'healthRestarts'}))
}

/** Also of messages in the archive of a project, which have no number of their own. */
export function message(record: StoredRecord): StoredRecord {
  return renameFields(record, {heldBy: 'blockedBy', heldSince: 'blockedSince'})
}
