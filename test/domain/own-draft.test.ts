import {expect} from 'chai'
import {visibleControls} from '@orch/plugin-kit'
import {composeText} from '../../src/domain/letter-text.js'
import {messagesIn} from '../../src/domain/own-draft.js'
import {aMessage} from '../support/builders.js'
import {difficultTexts} from '../support/difficult-texts.js'

describe('messagesIn', () => {
  for (const text of difficultTexts('/tmp/mark'))
    it(`knows a message in the composer that it was pasted into: ${JSON.stringify(text.slice(0, 40))}`, () => {
      const message = aMessage({text})
      // As the terminal pastes it, and a composer wraps it.
      const draft = visibleControls(composeText(message)).replace(/(.{60})/g, '$1\n  ')
      expect(messagesIn(draft, [aMessage({id: 'm_other', text: 'another'}), message])).to.deep.equal([message])
    })
})
