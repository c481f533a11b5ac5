/** Screens of Claude Code as tmux 3.3a captured them, 120 columns; paths shortened. */
const RULE = '─'.repeat(120)

export const TRUST_197 = `
${RULE}
 Accessing workspace:

 /srv/re po

 Quick safety check: Is this a project you created or one you trust? (Like your own code, a well-known open source
 project, or work from your team). If not, take a moment to review what's in this folder first.

 Claude Code'll be able to read, edit, and execute files here.

 Security guide

 ❯ 1. Yes, I trust this folder
   2. No, exit

 Enter to confirm · Esc to cancel

`
export const TRUST_330 = TRUST_197.replace(' ❯ 1. Yes, I trust this folder\n   2. No, exit', ' ❯ No, exit\n   Yes, I trust this folder')

export const BYPASS_197 = `
${RULE}
  WARNING: Claude Code running in Bypass Permissions mode

  In Bypass Permissions mode, Claude Code will not ask for your approval before running potentially dangerous
  commands.

  ❯ 1. No, exit
    2. Yes, I accept

  Enter to confirm · Esc to cancel
`

export const KEY_330 = `
${RULE}
  Detected a custom API key in your environment

  ANTHROPIC_API_KEY: sk-ant-...-key-000000000000000

  Do you want to use this API key?

    Yes
  ❯ No (recommended)

  Enter to confirm · Esc to cancel
`

const footer = (rest = '') =>
  `  ⏵⏵ bypass permissions on (shift+tab to cycle)${rest}                                      ◐ medium · /effort`

/** @param above what stands above the composer @param inside what stands in it */
export const composer = (above: string, inside: string, rest = '') => `${above}
${RULE}
❯ ${inside}
${RULE}
${footer(rest)}
`
export const NAMED_RULE = `${'─'.repeat(99)} developer · demo ──`

export const LIMIT_197 = composer(`❯ go on\n  ⎿ \u00a0You've hit your session limit · resets 8pm (UTC)\n\n✻ Cooked for 0s\n`, '')

export const LIMIT_OPTIONS_197 = `❯ go on
  ⎿ \u00a0You've hit your session limit · resets 8pm (UTC)

✻ Cooked for 0s

❯ /rate-limit-options

${RULE}
  What do you want to do?

  ❯ 1. Stop and wait for limit to reset
    2. Upgrade your plan

  Enter to confirm · Esc to cancel
${NAMED_RULE}
`
