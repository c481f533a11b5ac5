import {
  OrchError,
  type Composition,
  type CompositionRequest,
  type Detection,
  type PlanRole,
  type TeamCatalog,
  type TeamTemplateSummary,
  type Teams,
} from '@orch/plugin-kit'
import {aRole} from './builders.js'

/** A catalog with two roles that composes what it is asked for, and keeps the requests. */
export class FakeCatalog implements TeamCatalog, Teams {
  readonly requests: CompositionRequest[] = []
  readonly #roles = [aRole(), aRole({key: 'tester', title: 'Tester', after: ['developer']})]

  async load(): Promise<TeamCatalog> {
    return this
  }

  list(): TeamTemplateSummary[] {
    return [{name: 'library', title: 'Library', source: 'built-in', file: '/t/library.yaml', roles: this.roleKeys(), optional: []}]
  }

  roleKeys(): string[] {
    return this.#roles.map(({key}) => key)
  }

  role(key: string): PlanRole {
    const role = this.#roles.find((candidate) => candidate.key === key)
    if (!role) throw new OrchError('ORCH_NOT_FOUND', {what: 'role', name: key, known: this.roleKeys()})
    return role
  }

  show(name: string): Readonly<Record<string, unknown>> {
    return {name}
  }

  async detect(): Promise<Detection> {
    return {template: 'library', confidence: 1, why: []}
  }

  async compose(request: CompositionRequest): Promise<Composition> {
    this.requests.push(request)
    const roles = (request.roles.length > 0 ? request.roles : ['developer']).map((key) => this.role(key))
    return {template: 'library', confidence: 1, why: [], cap: 10, roles, cut: []}
  }

  briefing(name: string): string {
    return `# ${name}`
  }

  briefingPartials(): Readonly<Record<string, string>> {
    return {}
  }
}
