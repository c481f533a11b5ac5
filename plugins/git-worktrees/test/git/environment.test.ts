import {expect} from 'chai'
import {gitEnvironment} from '../../src/git/environment.js'

describe('gitEnvironment', () => {
  it('takes out what ties git to another repository or adds to its output', () => {
    const environment = gitEnvironment({
      GIT_DIR: '/x',
      GIT_WORK_TREE: '/x',
      GIT_INDEX_FILE: 'i',
      GIT_TRACE2: '1',
      LANGUAGE: 'de',
      GIT_AUTHOR_DATE: '1',
    })
    expect(environment).to.have.all.keys(
      'GIT_TERMINAL_PROMPT',
      'GIT_EDITOR',
      'GIT_SEQUENCE_EDITOR',
      'GIT_MERGE_AUTOEDIT',
      'GIT_OPTIONAL_LOCKS',
      'GIT_NO_REPLACE_OBJECTS',
      'GIT_GRAFT_FILE',
      'LC_ALL',
    )
  })

  it('keeps the rest and fixes how git behaves', () => {
    const environment = gitEnvironment({
      PATH: '/bin',
      GIT_SSH_COMMAND: 'ssh',
      GIT_CONFIG_GLOBAL: '/c',
      LC_ALL: 'de_DE',
      GIT_EDITOR: 'vi',
      NONE: undefined,
    })
    expect(environment).to.include({PATH: '/bin', GIT_SSH_COMMAND: 'ssh', GIT_CONFIG_GLOBAL: '/c', LC_ALL: 'C', GIT_EDITOR: 'true'})
    expect(environment).to.not.have.property('NONE')
  })
})
