import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {SCRIPTS, type Shell} from '../../src/completion/scripts.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

/** Without the person's own settings, and with a prompt that is found again. */
const STARTS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['bash', '--norc', '--noprofile', '-i'],
  zsh: ['zsh', '-f', '-i'],
  fish: ['fish', '--no-config', '-i'],
}
const PROMPTS: Readonly<Record<Shell, string>> = {
  bash: "PS1='ready> '",
  zsh: "PS1='ready> '; unsetopt zle_bracketed_paste prompt_sp",
  fish: "function fish_prompt; echo -n 'ready> '; end; set -g fish_autosuggestion_enabled 0; set -g fish_greeting",
}

/** In real shells on a terminal of tmux's, with records of projects as a supervisor leaves them; none runs. */
for (const shell of Object.keys(SCRIPTS) as Shell[]) {
  describe(`completion in ${shell}`, function () {
    this.timeout(120_000)
    let sandbox: Sandbox
    let socket: string
    const tmux = (...args: string[]) => spawnSync('tmux', ['-S', socket, ...args], {env: sandbox.env, encoding: 'utf8'})

    before(async () => {
      const {error} = spawnSync(shell, ['--version'])
      expect(error, `${shell} is not installed`).to.equal(undefined)
      sandbox = new Sandbox({TERM: 'xterm-256color'})
      socket = sandbox.path('tmux.sock')
      sandbox.env['PATH'] = `${sandbox.path('bin')}:${sandbox.env['PATH']}`
      writeRecords(sandbox)
      sandbox.write('work/spec of mine.md', '# A specification\n')
      sandbox.write('work/.keep', '')
      const command = ['new-session', '-d', '-x', '160', '-y', '40', '-c', sandbox.path('work'), ...STARTS[shell]]
      expect(tmux('-f', '/dev/null', ...command).stderr).to.equal('')
      const load = shell === 'fish' ? 'orch autocomplete fish | source' : `eval "$(orch autocomplete ${shell})"`
      run(`${PROMPTS[shell]}; ${load}; clear`)
      await screen(/^ready> $/m)
      // Makes the index of the commands, as the first key press does.
      run('orch complete bash "" >indexed; clear')
      await screen(/^ready> $/m)
    })

    after(() => {
      tmux('kill-server')
      return sandbox.remove()
    })

    for (const [what, typed, completed] of [
      ['a command', 'orch auto', 'orch autocomplete '],
      ['a sub-command', 'orch plugin disa', 'orch plugin disable '],
      ['a flag', 'orch run --trust', 'orch run --trust-project '],
      ['a file with spaces', 'orch run sp', String.raw`orch run spec\ of\ mine.md`],
      ['a project', 'orch status gar', 'orch status garden '],
      ['a role of the project named', 'orch agent show garden dev', 'orch agent show garden developer '],
      ['a kind of agent', 'orch run x.md --agent reh', 'orch run x.md --agent rehearsal '],
      ['the last of several roles', 'orch plan x.md --roles developer,test', 'orch plan x.md --roles developer,tester'],
      ['a value behind =', 'orch run x.md --merge=par', 'orch run x.md --merge=parent '],
      ['a team', 'orch run x.md --team web', 'orch run x.md --team web-team '],
      ['an open question', 'orch answer q_', 'orch answer q_1a '],
    ] as const) {
      it(`completes ${what}`, async () => {
        tmux('send-keys', '-l', typed)
        await screen(new RegExp(`ready> ${escaped(typed)}`))
        tmux('send-keys', 'Tab')
        await screen(new RegExp(`^ready> ${escaped(completed.trimEnd())}\\s*$`, 'm'))
        tmux('send-keys', 'C-u')
        await screen(/^ready> $/m)
      })
    }

    it('shows what there is to choose from', async () => {
      tmux('send-keys', '-l', 'orch daemon st')
      await screen(/ready> orch daemon st/)
      tmux('send-keys', 'Tab')
      tmux('send-keys', 'Tab')
      await screen(/start[\s\S]*status[\s\S]*stop/)
    })

    function run(line: string): void {
      tmux('send-keys', '-l', line)
      tmux('send-keys', 'Enter')
    }

    /** Waits until the screen looks so. */
    async function screen(expected: RegExp): Promise<void> {
      let seen = ''
      for (const end = Date.now() + 20_000; Date.now() < end; await sleep(30)) {
        seen = tmux('capture-pane', '-p').stdout.trimEnd()
        // tmux leaves out spaces at the end of a line.
        if (expected.test(`${seen} `.replace(/^ready>\s*$/gm, 'ready> '))) return
      }
      throw new Error(`${shell} does not show ${expected}:\n${seen}`)
    }
  })
}

function writeRecords(sandbox: Sandbox): void {
  const record = (id: string, name: string, roles: readonly string[]) => ({
    ...{id, name, state: 'running', checkIns: []},
    agents: roles.map((role, at) => ({id: `a_${at}`, role, state: 'working'})),
    requests: id === 'p_1' ? [{id: 'q_1a', asker: 'tester', question: 'May I?', state: 'pending'}] : [],
  })
  sandbox.write('data/state/projects/p_1.json', JSON.stringify(record('p_1', 'garden', ['developer', 'tester'])))
  sandbox.write('data/state/projects/p_2.json', JSON.stringify(record('p_2', 'shop', ['designer'])))
  sandbox.write(
    'data/names.json',
    JSON.stringify({kinds: ['claude', 'rehearsal'], planners: ['outline'], teams: ['web-team'], roles: ['developer', 'tester']}),
  )
  mkdirSync(sandbox.path('bin'))
  writeFileSync(sandbox.path('bin', 'orch'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin', 'run.js')}' "$@"\n`)
  chmodSync(sandbox.path('bin', 'orch'), 0o755)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
