import {expect} from 'chai'
import {guarded, guardedOutcome} from '../src/guard.js'

describe('guarded', () => {
  it('is one command that acts only on a fit pane, before the deadline', () => {
    const command = guarded('%3', 5_999, ['"do" "it"'], ['"clean"'])
    expect(command).to.contain(
      '"if-shell" "-F" "-t" "%3" "#{||:#{||:#{pane_dead},#{pane_in_mode}},#{||:#{!=:#{pane_id},%3},#{e|>=|:#{T:@orch_now},5}}}" { "clean" ; ',
    )
    expect(command).to.match(/ \{ "do" "it" ; "display-message" "-p" "sent" \}$/)
    expect(command).not.to.contain('\n')
  })

  it('reads the outcome, and nothing else for one', () => {
    expect(guardedOutcome(['', 'in-mode'])).to.equal('in-mode')
    expect(guardedOutcome(['text'])).to.equal(undefined)
  })
})
