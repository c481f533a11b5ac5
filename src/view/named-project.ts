import type {SupervisorClient} from '@orch/plugin-kit/command'

/**
 * The project a command is about. Deeds are never guessed by the supervisor; a person who names none means the only one that is unfinished.
 * @param name as typed; an empty word is a variable that is not set, and names nothing
 * @throws ORCH_AMBIGUOUS, ORCH_NOT_FOUND
 */
export async function namedProject(client: SupervisorClient, name: string | undefined): Promise<string> {
  return name ?? (await client.call<{id: string}>('project.outcome', {}, {idempotent: true})).id
}
