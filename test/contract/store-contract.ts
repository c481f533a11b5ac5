import {expect} from 'chai'
import type {Store} from '../../src/domain/ports/store.js'
import {aProject} from '../support/builders.js'
import {failureOf, refusal} from '../support/failure.js'
import type {Project} from '../../src/domain/model/project.js'

/** What a store brings along to be held to the contract. */
export interface StoreSubject {
  readonly store: Store
  /** Another store on the same records, as after a restart; null where records live in memory alone. */
  readonly reopen: (() => Promise<Store>) | null
  /** From here on the disk takes nothing, or again everything. */
  readonly setFull: (full: boolean) => Promise<void>
  /** Lets time pass. @param ms milliseconds */
  readonly advance: (ms: number) => Promise<void>
  readonly now: () => number
}

/**
 * Every store passes this suite.
 * @param outlives whether what it keeps is there after a restart
 */
export function describeStoreContract(name: string, make: () => Promise<StoreSubject>, {outlives}: {outlives: boolean}): void {
  describe(`store contract: ${name}`, () => {
    let subject: StoreSubject
    let store: Store
    const rename = (to: string) => (project: Project) => ({...project, name: to})
    const old = aProject({id: 'p_0ld', createdAt: 1})
    const young = aProject({id: 'p_new', createdAt: 2})
    const done = (id: string, createdAt: number) => aProject({id, state: 'completed', createdAt, finishedAt: createdAt})

    beforeEach(async () => {
      subject = await make()
      store = subject.store
    })

    it('has nothing at first', async () => {
      expect(store.projects()).to.deep.equal([])
      expect(store.project('p_1')).to.equal(undefined)
      expect(await store.load('p_1')).to.equal(undefined)
      expect(await store.finished(10)).to.deep.equal([])
    })

    it('keeps what is created, oldest first', async () => {
      await store.create(young)
      await store.create(old)
      expect(store.projects()).to.deep.equal([old, young])
      expect(store.project(young.id)).to.deep.equal(young)
      expect(await store.load(old.id)).to.deep.equal(old)
    })

    it('counts revisions and dates each change', async () => {
      await store.create(old)
      await subject.advance(500)
      const changed = await store.update(old.id, rename('a'))
      expect(changed).to.deep.equal({...old, name: 'a', revision: old.revision + 1, updatedAt: subject.now()})
      expect(store.project(old.id)).to.deep.equal(changed)
    })

    it('makes no revision of a change that changes nothing', async () => {
      await store.create(old)
      expect((await store.update(old.id, (project) => project)).revision).to.equal(old.revision)
    })

    it('lays changes made at once over each other, none lost', async () => {
      await store.create(aProject({id: 'p_0ld', name: ''}))
      const letters = [...'abcdefghij']
      await Promise.all(letters.map((letter) => store.update(old.id, (project) => ({...project, name: project.name + letter}))))
      expect(store.project(old.id)).to.include({name: 'abcdefghij', revision: old.revision + 10})
    })

    it('changes nothing when the change throws', async () => {
      await store.create(old)
      const error = new Error('illegal')
      const failed = await failureOf(
        store.update(old.id, () => {
          throw error
        }),
      )
      expect(failed).to.equal(error)
      expect(store.project(old.id)).to.deep.equal(old)
    })

    it('knows no project that is not there', async () => {
      await refusal(
        'ORCH_NOT_FOUND',
        store.update('p_nobody', (project) => project),
      )
    })

    it('takes back a change that could not be written, and all that stood on it', async () => {
      await store.create(old)
      await subject.setFull(true)
      const changes = ['a', 'b', 'c'].map((to) => refusal('ORCH_STORE_WRITE', store.update(old.id, rename(to))))
      await Promise.all(changes)
      expect(store.project(old.id)).to.deep.equal(old)
      await subject.setFull(false)
      expect((await store.update(old.id, rename('d'))).revision).to.equal(old.revision + 1)
    })

    it('has no project whose creation could not be written', async () => {
      await subject.setFull(true)
      await refusal('ORCH_STORE_WRITE', store.create(old))
      expect(store.projects()).to.deep.equal([])
      await subject.setFull(false)
    })

    it('moves a finished project out of the way, and finds it still', async () => {
      const [first, second] = [done('p_a', 1), done('p_b', 2)]
      await store.create(first)
      await store.create(second)
      await store.retire(first.id)
      await store.retire(second.id)
      expect(store.projects()).to.deep.equal([])
      expect(store.project(first.id)).to.equal(undefined)
      expect(await store.load(first.id)).to.deep.equal(first)
      expect(await store.finished(10)).to.deep.equal([second, first])
      expect(await store.finished(1)).to.deep.equal([second])
      await refusal('ORCH_NOT_FOUND', store.update(first.id, rename('late')))
      await store.retire(first.id)
    })

    it('takes a finished project back, and counts those that are finished', async () => {
      const project = aProject({id: 'p_a', state: 'cancelled', finishedAt: 1})
      await store.create(project)
      await store.create(done('p_b', 2))
      await store.retire('p_a')
      await store.retire('p_b')
      expect(await store.countFinished()).to.equal(2)
      await Promise.all([store.reopen('p_a'), store.reopen('p_a')])
      await store.reopen('p_a')
      expect(store.projects()).to.deep.equal([project])
      expect((await store.finished(10)).map(({id}) => id)).to.deep.equal(['p_b'])
      expect(await store.countFinished()).to.equal(1)
      expect(await store.update('p_a', (before) => ({...before, state: 'running'}))).to.include({revision: project.revision + 1})
      await refusal('ORCH_NOT_FOUND', store.reopen('p_none'))
    })

    it('leaves a finished project where it is when it cannot be taken back', async () => {
      await store.create(done('p_a', 1))
      await store.retire('p_a')
      await subject.setFull(true)
      await refusal('ORCH_STORE_WRITE', store.reopen('p_a'))
      await subject.setFull(false)
      expect(store.projects()).to.deep.equal([])
      expect((await store.load('p_a'))?.state).to.equal('completed')
    })

    if (!outlives) return

    it('has after a restart what was durable before it', async () => {
      await store.create(old)
      await store.create(young)
      await store.update(young.id, rename('changed'))
      await subject.setFull(true)
      await refusal('ORCH_STORE_WRITE', store.update(young.id, rename('lost')))
      await subject.setFull(false)
      const again = await subject.reopen!()
      expect(again.projects().map(({id, name, revision}) => ({id, name, revision}))).to.deep.equal([
        {id: old.id, name: old.name, revision: old.revision},
        {id: young.id, name: 'changed', revision: young.revision + 1},
      ])
    })

    it('still has after a restart a finished project that was not put away: what runs of it must be ended first', async () => {
      const project = done('p_a', 1)
      await store.create(project)
      const again = await subject.reopen!()
      expect(again.projects()).to.deep.equal([project])
      await again.retire(project.id)
      expect(again.projects()).to.deep.equal([])
      expect(await again.finished(10)).to.deep.equal([project])
    })
  })
}
