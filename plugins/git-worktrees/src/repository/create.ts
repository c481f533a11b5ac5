import {readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {OrchError, type Workspace} from '@orch/plugin-kit'
import type {Git} from '../git/git.js'
import {commitEnvironment} from './identity.js'

/**
 * A repository in a folder that is missing or empty, with a first commit of these files. Its branch is what the person's git calls a first one.
 * @returns its top level
 * @throws ORCH_REFUSED when the folder holds anything
 */
export async function createRepository(git: Git, {path, files, message}: Parameters<Workspace['createRepository']>[0]): Promise<string> {
  await requireEmpty(path)
  await makeFolder(path, 0o777)
  await git.text(path, ['init', '--quiet'])
  const names = Object.keys(files)
  for (const name of names) await writeFile(join(path, name), files[name]!, {flag: 'wx'})
  // What a person keeps out of all repositories is meant here all the same.
  await git.text(path, ['add', '--force', '--', ...names])
  await git.text(path, ['commit', '--quiet', '--no-verify', '--file', '-'], {input: message, env: await commitEnvironment(git, path)})
  return path
}

async function requireEmpty(path: string): Promise<void> {
  const refuse = (why: string) =>
    new OrchError('ORCH_REFUSED', {
      what: `A new repository in ${path}`,
      why,
      remedy: `Name another folder with --dir DIR. To work in this one: git init there, then orch run SPEC --project ${JSON.stringify(path)}`,
    })
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw refuse(error.code === 'ENOTDIR' ? 'it is no folder' : error.message)
  })
  if (entries.length > 0) throw refuse('the folder is not empty')
}
