import {expect} from 'chai'
import {parseLsof} from '../../src/port/lsof.js'
import {parseProcNetTcp} from '../../src/port/proc-net-tcp.js'

// Recorded on Linux 6.1; 0BB8 = 3000, 7531 = 30001.
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000000000000000 100 0 0 10 0
   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22222 1 0000000000000000 100 0 0 10 0
   2: 0100007F:7531 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33333 1 0000000000000000 100 0 0 10 0
   3: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 44444 1 0000000000000000 20 4 30 10 -1
   4: 0100007F:C350 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 55555 1 0000000000000000 20 4 30 10 -1
   5: 0100007F:0BB8 0100007F:C351 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
   6: 0202A8C0:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 66666 1 0000000000000000 100 0 0 10 0
`
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77777 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 88888 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99999 1 0000000000000000 100 0 0 10 0
`

describe('parseProcNetTcp', () => {
  it('finds listeners on every address, and nothing but listeners', () => {
    expect(parseProcNetTcp(TCP)).to.deep.equal([
      {address: '127.0.0.1', port: 3000, inode: '11111'},
      {address: '0.0.0.0', port: 3000, inode: '22222'},
      {address: '127.0.0.1', port: 30001, inode: '33333'},
      {address: '192.168.2.2', port: 3000, inode: '66666'},
    ])
  })

  it('reads IPv6 addresses', () => {
    expect(parseProcNetTcp(TCP6).map(({address}) => address)).to.deep.equal(['::1', '::', '0:0:0:0:0:ffff:7f00:1'])
  })

  it('leaves out what it does not understand', () => {
    expect(parseProcNetTcp('')).to.deep.equal([])
    expect(parseProcNetTcp('header\n   0: 0100007F:0BB8 0000')).to.deep.equal([])
  })
})

describe('parseLsof', () => {
  it('reads the fields of each file with those of its process', () => {
    expect(parseLsof('p12\ncnode\nf3\nn127.0.0.1:3000\nf4\nn[::1]:3000\np13\ncpython3\nf5\nn*:3000\n')).to.deep.equal([
      {pid: 12, command: 'node', name: '127.0.0.1:3000'},
      {pid: 12, command: 'node', name: '[::1]:3000'},
      {pid: 13, command: 'python3', name: '*:3000'},
    ])
    expect(parseLsof('')).to.deep.equal([])
  })
})
