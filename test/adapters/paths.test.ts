import {isAbsolute, join} from 'node:path'
import {expect} from 'chai'
import {statePaths} from '../../src/adapters/paths.js'

const long = (bytes: number) => `/${'d'.repeat(bytes - 1)}`
const socket = (data: string, env: NodeJS.ProcessEnv = {}) => statePaths(data, '1.0.0', env).socket

describe('statePaths', () => {
  it('puts everything of the state below its folder', () => {
    const {user, ...paths} = statePaths('/data', '1.2.3', {HOME: '/home/ada'})
    for (const path of Object.values(paths)) expect(path).to.match(/^\/data/)
    expect(paths.bin).to.equal('/data/bin/1.2.3')
    expect(user).to.equal('/home/ada/.local/state/orch-user')
  })

  it('shares what belongs to the user between state directories', () => {
    const env = {HOME: '/home/ada', XDG_STATE_HOME: '/xdg'}
    expect(statePaths('/a', '1', env).user).to.equal('/xdg/orch-user')
    expect(statePaths('/b', '1', env).user).to.equal('/xdg/orch-user')
  })

  it('keeps the socket beside the state while its path fits', () => {
    const fits = long(100 - '/orch.sock'.length)
    expect(socket(fits)).to.equal(join(fits, 'orch.sock'))
  })

  it('takes a short folder for a path that would be cut, the same every time and apart for each state', () => {
    const data = long(101 - '/orch.sock'.length)
    for (const env of [{}, {XDG_RUNTIME_DIR: '/run/user/1'}, {XDG_RUNTIME_DIR: long(99)}]) {
      const path = socket(data, env)
      expect(Buffer.byteLength(path)).to.be.at.most(100)
      expect(isAbsolute(path)).to.equal(true)
      expect(socket(data, env)).to.equal(path)
      expect(socket(`${data}x`, env)).not.to.equal(path)
    }
    expect(socket(data, {XDG_RUNTIME_DIR: '/run/user/1'})).to.match(/^\/run\/user\/1\/orch\//)
  })

  it('counts bytes, as the kernel does', () => {
    const data = `/${'ü'.repeat(50)}`
    expect(Buffer.byteLength(socket(data))).to.be.at.most(100)
  })
})
