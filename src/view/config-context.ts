import {resolve} from 'node:path'

/** Where a question about configuration or templates is asked from. @param project a folder; the working directory without it */
export function configContext(project: string | undefined): {project: string; env: Record<string, string>} {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith('ORCH_CONFIG_')),
  )
  return {project: resolve(project ?? '.'), env}
}
