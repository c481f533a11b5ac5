import {expect} from 'chai'
import fc from 'fast-check'
import {findLimit} from '../../src/signals/limit-text.js'
import {parseResetTime} from '../../src/signals/reset-time.js'

const utc = (text: string) => Date.parse(`${text}Z`)
const iso = (time: number | null) => time && new Date(time).toISOString().slice(0, 16)
/** A Sunday. */
const NOW = utc('2026-11-22T16:30:00')

describe('findLimit', () => {
  for (const [version, text, resetsAt] of [
    ['1.0.100', '5-hour limit reached ∙ resets 7:06pm (UTC)', '2026-11-22T19:06'],
    ['1.0.100', 'Claude AI usage limit reached|1795374384', '2026-11-22T19:06'],
    ['1.0.x', 'Claude usage limit reached. Your limit will reset at 3pm (America/Santiago).', '2026-11-22T18:00'],
    ['2.0.0', 'Session limit reached ∙ resets 7:06pm (UTC)', '2026-11-22T19:06'],
    ['2.0.60', 'Opus weekly limit reached · resets Nov 25, 12:38am (UTC)', '2026-11-25T00:38'],
    ['early 2.1', "You've hit your limit · resets 4pm (Asia/Kuala_Lumpur)", '2026-11-23T08:00'],
    ['2.1.197', "You've hit your session limit · resets 8pm (UTC)", '2026-11-22T20:00'],
    ['2.1.240', "You've hit your Opus limit · resets Mon 12:00am (UTC)", '2026-11-23T00:00'],
    ['2.1.330', "You've hit your 5-hour limit · resets 7:05pm (UTC)", '2026-11-22T19:05'],
    ['2.1.330', 'You’ve hit your weekly limit · resets Dec 1, 9am (UTC)', '2026-12-01T09:00'],
    ['2.1.330', "You've hit your usage limit", null],
    ['2.1.x', "You're out of extra usage · resets 14:30 (UTC)", '2026-11-23T14:30'],
    ['2.1.330', 'spend limit reached · resets Nov 25 (UTC)', '2026-11-25T00:00'],
    ['1.0.x', 'Claude usage limit reached. Your limit will reset tomorrow at 9am (UTC).', '2026-11-23T09:00'],
    ['1.0.x', 'Claude AI usage limit reached|1795374384 · resets 9am', '2026-11-22T19:06'],
  ] as const) {
    it(`understands ${version}: ${text}`, () => {
      const found = findLimit(`some words before\n  ⎿  ${text}\nsome after`, NOW)
      expect(found?.text).to.include(text)
      expect(iso(found!.resetsAt)).to.equal(resetsAt)
    })
  }

  it('finds no limit in other words', () => {
    for (const text of [
      '',
      'API Error: 529 Overloaded',
      'Credit balance is too low',
      'Please run /login',
      'the rate limit of the API',
      'resets 7pm',
    ]) {
      expect(findLimit(text, NOW), text).to.equal(null)
    }
  })
})

describe('parseResetTime', () => {
  it('means the next such time of day', () => {
    expect(iso(parseResetTime('4:31pm', 'UTC', NOW))).to.equal('2026-11-22T16:31')
    expect(iso(parseResetTime('4:00pm', 'UTC', NOW))).to.equal('2026-11-23T16:00')
    expect(iso(parseResetTime('12am', 'UTC', NOW))).to.equal('2026-11-23T00:00')
    expect(iso(parseResetTime('12:15pm', 'UTC', NOW))).to.equal('2026-11-23T12:15')
  })

  it('means the time just past when it was read a little late', () => {
    expect(iso(parseResetTime('4:30pm', 'UTC', NOW + 20_000))).to.equal('2026-11-22T16:30')
    expect(iso(parseResetTime('4:26pm', 'UTC', NOW))).to.equal('2026-11-22T16:26')
  })

  it('means the time just past across midnight too', () => {
    expect(iso(parseResetTime('11:58pm', 'UTC', utc('2026-11-23T00:01:00')))).to.equal('2026-11-22T23:58')
    expect(iso(parseResetTime('Sun 11:58pm', 'UTC', utc('2026-11-23T00:01:00')))).to.equal('2026-11-22T23:58')
  })

  it('means the nearest time when it may have been written hours ago', () => {
    const halfDay = 12 * 3_600_000
    expect(iso(parseResetTime('2pm', 'UTC', NOW, halfDay))).to.equal('2026-11-22T14:00')
    expect(iso(parseResetTime('8pm', 'UTC', NOW, halfDay))).to.equal('2026-11-22T20:00')
    expect(iso(parseResetTime('11pm', 'UTC', utc('2026-11-23T01:00:00'), halfDay))).to.equal('2026-11-22T23:00')
  })

  it('knows time zones, also across midnight and clock changes', () => {
    expect(iso(parseResetTime('1am', 'Asia/Tokyo', NOW))).to.equal('2026-11-23T16:00')
    expect(iso(parseResetTime('11pm', 'America/Los_Angeles', NOW))).to.equal('2026-11-23T07:00')
    expect(iso(parseResetTime('5:45am', 'Asia/Kathmandu', NOW))).to.equal('2026-11-23T00:00')
    // Clocks in Berlin go back at 3 o'clock on 25 October 2026.
    expect(iso(parseResetTime('9am', 'Europe/Berlin', utc('2026-10-24T20:00:00')))).to.equal('2026-10-25T08:00')
  })

  it('knows dates and days of the week, across the turn of the year too', () => {
    expect(iso(parseResetTime('Nov 25, 12:38am', 'UTC', NOW))).to.equal('2026-11-25T00:38')
    expect(iso(parseResetTime('Jan 2, 9am', 'UTC', utc('2026-12-30T00:00:00')))).to.equal('2027-01-02T09:00')
    expect(iso(parseResetTime('Mon 12:00am', 'UTC', NOW))).to.equal('2026-11-23T00:00')
    expect(iso(parseResetTime('Sun 9pm', 'UTC', NOW))).to.equal('2026-11-22T21:00')
    expect(iso(parseResetTime('Sunday 9am', 'UTC', NOW))).to.equal('2026-11-29T09:00')
  })

  it('knows a clock of 24 hours, tomorrow, and a date alone', () => {
    expect(iso(parseResetTime('17:05', 'UTC', NOW))).to.equal('2026-11-22T17:05')
    expect(iso(parseResetTime('0:15', 'UTC', NOW))).to.equal('2026-11-23T00:15')
    expect(iso(parseResetTime('tomorrow at 9am', 'UTC', NOW))).to.equal('2026-11-23T09:00')
    expect(iso(parseResetTime('tomorrow 5pm', 'UTC', NOW))).to.equal('2026-11-23T17:00')
    expect(iso(parseResetTime('Dec 1', 'UTC', NOW))).to.equal('2026-12-01T00:00')
    expect(iso(parseResetTime('Dec 1', 'America/New_York', NOW))).to.equal('2026-12-01T05:00')
  })

  it('falls back to the zone of the machine for one it does not know', () => {
    expect(parseResetTime('7pm', 'Nowhere/At all', NOW)).to.equal(parseResetTime('7pm', null, NOW))
    expect(parseResetTime('7pm', Intl.DateTimeFormat().resolvedOptions().timeZone, NOW)).to.equal(parseResetTime('7pm', null, NOW))
  })

  it('refuses what is no time', () => {
    for (const text of ['', '7', '13pm', '0am', '7:60pm', 'Foo 3, 9am', 'Foo 9am', 'tomorrow', '24:00', '7:5', 'Mon'])
      expect(parseResetTime(text, 'UTC', NOW), text).to.equal(null)
  })

  it('is never more than a day ahead, nor more than five minutes back, for a time of day in any zone', () => {
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'America/St_Johns')
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 12}),
        fc.integer({min: 0, max: 59}),
        fc.constantFrom('am', 'pm'),
        zone,
        fc.integer({min: 0, max: 3e10}),
        (hour, minute, half, tz, ahead) => {
          const now = NOW + ahead
          const time = parseResetTime(`${hour}:${String(minute).padStart(2, '0')}${half}`, tz, now)!
          // A day of a clock change has 25 hours.
          expect(time - now).to.be.within(-5 * 60_000, 25 * 3_600_000)
          const shown = new Intl.DateTimeFormat('en-US', {timeZone: tz, hour: 'numeric', minute: '2-digit'}).format(time)
          const skipped =
            new Intl.DateTimeFormat('en-US', {timeZone: tz, timeZoneName: 'longOffset'}).format(time - 7_200_000) !==
            new Intl.DateTimeFormat('en-US', {timeZone: tz, timeZoneName: 'longOffset'}).format(time + 7_200_000)
          if (!skipped) expect(shown.replace(/\s/g, ' ').toLowerCase()).to.equal(`${hour}:${String(minute).padStart(2, '0')} ${half}`)
        },
      ),
      {numRuns: 300},
    )
  })
})
