import {randomBytes, randomInt, randomUUID} from 'node:crypto'
import type {Ids} from '@orch/plugin-kit'

/** Crockford's base 32 in lower case: no letters that read as digits. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 10

/** Ids of 50 random bits: a thousand projects a day for a century stay apart. */
export class RandomIds implements Ids {
  next(prefix: string): string {
    return `${prefix}_${Array.from({length: LENGTH}, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`
  }

  token(): string {
    return randomBytes(32).toString('base64url')
  }

  uuid(): string {
    return randomUUID()
  }
}
