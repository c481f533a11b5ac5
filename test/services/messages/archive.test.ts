import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {MessageArchive} from '../../../src/adapters/message-archive.js'
import {MessageArchiver} from '../../../src/services/messages/archive.js'
import {aMessage, aProject} from '../../support/builders.js'
import {useTemporaryFolder} from '../../support/temporary-folder.js'
import {aWorld} from '../../support/world.js'

describe('MessageArchiver', () => {
  const temporary = useTemporaryFolder()
  const messages = Array.from({length: 300}, (_, index) =>
    aMessage({id: `m_${index}`, state: index % 100 === 50 ? 'accepted' : 'acknowledged'}),
  )

  it('takes settled messages out of the record, all but the last, and loses none of them', async () => {
    const world = aWorld()
    await world.store.create(
      aProject({messages: [...messages, ...Array.from({length: 3}, (_, index) => aMessage({id: `m_x${index}`, state: 'dead'}))]}),
    )
    const archive = new MessageArchiver({...world, archive: new MessageArchive(temporary())})
    await archive.tick(world.project())
    expect(world.project().messages).to.have.length(303)
    await world.clock.advance(71_000)
    await archive.tick(world.project())
    expect(world.project().messages).to.have.length(203)
    expect(world.project().messages.filter(({state}) => state === 'accepted')).to.have.length(3)
    const all = await archive.all(world.project())
    expect(new Set(all.map(({id}) => id)).size).to.equal(303)
    expect(all).to.have.length(303)
  })

  it('reads past a torn line, and one message twice as one', async () => {
    const archive = new MessageArchive(temporary())
    await archive.append('p_1', [aMessage({id: 'm_1'}), aMessage({id: 'm_2'})])
    const path = join(temporary(), 'p_1', 'messages.jsonl')
    await writeFile(path, `${await readFile(path, 'utf8')}{"id": "m_t`)
    await archive.append('p_1', [aMessage({id: 'm_2'}), aMessage({id: 'm_3'})])
    expect((await archive.read('p_1')).map(({id}) => id)).to.deep.equal(['m_1', 'm_2', 'm_3'])
    expect(await archive.read('p_9')).to.deep.equal([])
  })
})
