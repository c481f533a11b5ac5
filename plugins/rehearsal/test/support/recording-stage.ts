import type {Stage} from '../../src/player/stage.js'

/** A stage that writes down what happens on it; time stands unless `at` is moved. */
export class RecordingStage implements Stage {
  readonly events: string[] = []
  at = 1_000

  log(text: string): void {
    this.events.push(text)
  }

  say(text: string): void {
    this.events.push(`say ${text}`)
  }

  async choose(): Promise<number> {
    return 0
  }

  report(event: string): void {
    this.events.push(`report ${event}`)
  }

  async leave(code: number): Promise<never> {
    this.events.push(`leave ${code}`)
    return new Promise<never>(() => {})
  }

  async crash({code}: {readonly code: number}): Promise<never> {
    throw new Ended(`crash ${code}`)
  }

  async hang(): Promise<void> {
    this.events.push('hang')
  }

  async sleep(ms: number): Promise<void> {
    this.events.push(`sleep ${ms}`)
  }

  now(): number {
    return this.at
  }
}

/** The process would be gone here. */
export class Ended extends Error {}
