export * from './answers.js'
export * from './model-server.js'
export type {RecordedRequest} from './requests.js'
