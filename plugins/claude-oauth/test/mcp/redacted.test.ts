import {expect} from 'chai'
import {redacted} from '../../src/mcp/redacted.js'

describe('what a server printed', () => {
  for (const [text, clean] of [
    ['password=hunter2', 'password=[redacted]'],
    ['DB_PASSWORD: hunter2, retrying', 'DB_PASSWORD: [redacted], retrying'],
    ['{"apiKey": "abcd1234", "port": 1}', '{"apiKey": "[redacted]", "port": 1}'],
    ['started with --token abc-123-def', 'started with --token [redacted]'],
    ['the password is Hunter2!', 'the password is [redacted]'],
    ['client_secret=s3cr3t&x=1', 'client_secret=[redacted]'],
    ['Authorization: Bearer abc.def-123456', 'Authorization: Bearer [redacted]'],
    ['postgres://me:hunter2@db:5432/x refused', 'postgres://[redacted]@db:5432/x refused'],
    ['got sk-ant-api03-abcdefghijklmnop here', 'got [redacted] here'],
    ['got ghp_0123456789abcdefABCDEF here', 'got [redacted] here'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', 'jwt [redacted]'],
  ] as const) {
    it(`is kept without the secret of ${JSON.stringify(text)}`, () => {
      expect(redacted(text)).to.equal(clean)
    })
  }

  for (const text of [
    'Error: the token expired.',
    'no password required',
    'cannot reach the database at http://localhost:5432',
    'reading tokens from the keychain',
    'listening on ::1:3000',
  ]) {
    it(`is kept as it is where it tells no secret: ${text}`, () => {
      expect(redacted(text)).to.equal(text)
    })
  }

  it('is kept without values that are known, the longest first, and with short ones', () => {
    expect(redacted('starts as alpha-beta with alpha- and true', ['alpha-', 'alpha-beta', 'true'])).to.equal(
      'starts as [redacted] with [redacted] and true',
    )
  })

  it('is cleaned twice as well as once', () => {
    const once = redacted('password=hunter2 token: abc123')
    expect(redacted(once)).to.equal(once)
  })
})
