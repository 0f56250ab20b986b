import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  atEase,
  decideRunConditions,
  inTurn,
  isUnsure,
  isWithin,
  type RunConditionReadings,
  runConditionsSchema,
  type RunConditionState,
  noRunConditions,
  stateAfter,
} from '../../../../../src-main/features/run-conditions/common/run-conditions.ts'
import {
  readHours,
  writeHours,
} from '../../../../../src-main/features/run-conditions/common/run-condition-hours.ts'

const DAY = 24 * 60
const at = (day: number, hour: number, minute = 0): number => (day - 1) * DAY + hour * 60 + minute

const calm: RunConditionReadings = {
  atMs: 0,
  weekMinute: at(3, 12),
  isGoingToSleep: false,
  onBattery: false,
  watts: 50,
  celsius: 40,
  fullScreen: false,
  otherLoad: 0.1,
  otherGpuUse: 0,
}

/** What is decided at each of these moments, one after the other. */
function follow(
  runConditions: object,
  moments: readonly Partial<RunConditionReadings>[],
  state = atEase,
): RunConditionState[] {
  const parsed = runConditionsSchema.parse(runConditions)
  return moments.map(moment => {
    state = decideRunConditions(parsed, { ...calm, ...moment }, state)
    return state
  })
}
const causes = (runConditions: object, moments: readonly Partial<RunConditionReadings>[]) =>
  follow(runConditions, moments).map(({ cause }) => cause)

describe('hours in which studies run', () => {
  const nights = readHours('1-5 19:00-07:00') ?? []

  it('go over midnight, and over the end of the week', () => {
    expect(isWithin(nights, at(1, 18, 59))).toBe(false)
    expect(isWithin(nights, at(1, 19))).toBe(true)
    expect(isWithin(nights, at(2, 6, 59))).toBe(true)
    expect(isWithin(nights, at(2, 7))).toBe(false)
    // The night of Friday ends on Saturday.
    expect(isWithin(nights, at(6, 6))).toBe(true)
    expect(isWithin(nights, at(6, 20))).toBe(false)
    expect(isWithin(nights, at(1, 3))).toBe(false)
    expect(isWithin(readHours('7 22:00-04:00') ?? [], at(1, 3))).toBe(true)
    expect(isWithin([], at(1, 3))).toBe(true)
    const weekend = readHours('6-7 00:00-24:00') ?? []
    expect([at(6, 0), at(7, 23, 59), at(1, 0)].map(minute => isWithin(weekend, minute))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('are written as a person reads them, and nothing else is taken', () => {
    const text = '1-5 19:00-07:00, 6 00:00-12:00'
    expect(writeHours(readHours(text) ?? [])).toBe(text)
    expect(readHours('1 7:00-9:30')).toEqual([{ days: [1], from: '07:00', to: '09:30' }])
    expect(readHours('')).toEqual([])
    for (const wrong of ['8 10:00-11:00', '1 25:00-07:00', '1 10:00', 'x', '5-1 10:00-11:00'])
      expect(readHours(wrong)).toBeNull()
    // No more than a file may hold.
    const hours = (count: number): string => Array<string>(count).fill('1 10:00-11:00').join()
    expect(readHours(hours(20))).toHaveLength(20)
    expect(readHours(hours(21))).toBeNull()
  })

  it('hold as long as they last, whatever the minute', () => {
    const clock = fc.integer({ min: 0, max: DAY - 1 })
    const write = (minute: number): string =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), clock, clock, (day, from, to) => {
        fc.pre(from !== to)
        const window = { days: [day], from: write(from), to: write(to) }
        let open = 0
        for (let minute = 0; minute < 7 * DAY; minute++) if (isWithin([window], minute)) open++
        expect(open).toBe(from < to ? to - from : DAY - from + to)
      }),
      { numRuns: 20 },
    )
  })
})

describe('runConditions', () => {
  it('are off by default but for sleep', () => {
    const hot = { onBattery: true, watts: 9_000, celsius: 119, weekMinute: 0 }
    expect(causes({}, [hot, { ...hot, atMs: 1e9 }, { isGoingToSleep: true }, {}])).toEqual([
      null,
      null,
      'sleep',
      null,
    ])
    expect(causes({ sleep: false }, [{ isGoingToSleep: true }])).toEqual([null])
  })

  it('hold back at once on battery and outside the hours, and let go at once', () => {
    const runConditions = { battery: true, windows: [{ days: [3], from: '11:00', to: '13:00' }] }
    expect(
      causes(runConditions, [
        {},
        { onBattery: true },
        { onBattery: null },
        { weekMinute: at(3, 13) },
        { weekMinute: at(3, 11) },
      ]),
    ).toEqual([null, 'battery', null, 'window', null])
  })

  it('hold back after a while of heat or power, and go on after a longer one well below', () => {
    const moment = (seconds: number, celsius: number | null) => ({ atMs: seconds * 1_000, celsius })
    expect(
      causes({ celsius: 80 }, [
        moment(0, 90),
        moment(10, 70),
        moment(12, 90),
        moment(20, 90),
        moment(27, 90),
        // Just below is not cool.
        moment(30, 79),
        moment(500, 75),
        moment(510, 70),
        moment(600, 73),
        moment(650, 60),
        moment(700, 60),
        moment(769, 60),
        moment(770, 60),
      ]),
    ).toEqual([
      null,
      null,
      null,
      null,
      'heat',
      'heat',
      'heat',
      'heat',
      'heat',
      'heat',
      'heat',
      'heat',
      null,
    ])
    expect(causes({ watts: 100 }, [{ watts: 200 }, { watts: 200, atMs: 15_000 }])).toEqual([
      null,
      'power',
    ])
    // What is not measured caps nothing.
    expect(
      causes({ celsius: 80, watts: 1 }, [moment(0, null), { ...moment(99, null), watts: null }]),
    ).toEqual([null, null])
  })

  it('hold on after a restart until what held has been away for a while', () => {
    const filled = (second: number, fullScreen: boolean | null) => ({
      atMs: second * 1_000,
      fullScreen,
    })
    const moments = [
      filled(0, null),
      filled(5, true),
      filled(200, true),
      filled(205, false),
      filled(324, false),
      filled(325, false),
    ]
    const after = follow({ fullScreen: true }, moments, stateAfter(['window', 'fullScreen']))
    const held = 'fullScreen'
    expect(after.map(({ cause }) => cause)).toEqual([held, held, held, held, held, null])
    expect(stateAfter(['battery', 'sleep'])).toEqual(atEase)
  })

  it('that nobody measures may hold still, if a person asks for them', () => {
    const nobody = { ...calm, onBattery: null, celsius: null, otherLoad: null }
    const runConditions = runConditionsSchema.parse({ battery: true, celsius: 80, otherLoad: 0.5 })
    for (const cause of ['battery', 'heat', 'otherLoad'] as const) {
      expect(isUnsure(cause, runConditions, nobody)).toBe(true)
      expect(isUnsure(cause, runConditions, calm)).toBe(false)
      expect(isUnsure(cause, noRunConditions, nobody)).toBe(false)
    }
    expect(isUnsure('sleep', runConditions, nobody)).toBe(false)
  })

  it('hold back for what other programs do, after a while', () => {
    const still = (what: object) => [0, 15].map(second => ({ ...what, atMs: second * 1_000 }))
    expect(causes({ fullScreen: true }, still({ fullScreen: true }))).toEqual([null, 'fullScreen'])
    expect(causes({ otherLoad: 0.5 }, still({ otherLoad: 0.6 }))).toEqual([null, 'otherLoad'])
    expect(causes({ otherGpuUse: 0.5 }, still({ otherGpuUse: 0.6 }))).toEqual([null, 'otherGpuUse'])
    const nobody = { fullScreen: null, otherLoad: null, otherGpuUse: null }
    const all = { fullScreen: true, otherLoad: 0.05, otherGpuUse: 0.05 }
    expect(causes(all, still(nobody))).toEqual([null, null])
    expect(causes({}, still({ fullScreen: true, otherLoad: 1, otherGpuUse: 1 }))).toEqual([
      null,
      null,
    ])
  })

  it('decide the same from the same readings, and never hold back without a reason that is there', () => {
    const reading = fc.record({
      stepMs: fc.integer({ min: 0, max: 60_000 }),
      weekMinute: fc.integer({ min: 0, max: 7 * DAY - 1 }),
      isGoingToSleep: fc.boolean(),
      onBattery: fc.constantFrom(true, false, null),
      watts: fc.option(fc.integer({ min: 0, max: 400 })),
      celsius: fc.option(fc.integer({ min: 20, max: 110 })),
    })
    const settings = fc.record({
      battery: fc.boolean(),
      sleep: fc.boolean(),
      watts: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
      celsius: fc.option(fc.integer({ min: 30, max: 120 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(settings, fc.array(reading, { maxLength: 40 }), (runConditions, steps) => {
        let atMs = 0
        const moments = steps.map(({ stepMs, ...readings }) => ({
          ...readings,
          atMs: (atMs += stepMs),
        }))
        const states = follow(runConditions, moments)
        expect(follow(runConditions, moments)).toEqual(states)
        for (const { cause } of states) {
          if (cause === 'battery') expect(runConditions.battery).toBe(true)
          if (cause === 'heat') expect(runConditions.celsius).toBeDefined()
          if (cause === 'power') expect(runConditions.watts).toBeDefined()
          expect(cause).not.toBe('window')
        }
      }),
    )
  })
})

it('the queue goes by priority, then by the order of a person', () => {
  const studyQueue = [
    { study: 1, priority: 'low' },
    { study: 2, priority: 'normal' },
    { study: 3, priority: 'high' },
    { study: 4, priority: 'normal' },
  ] as const
  expect(inTurn(studyQueue).map(({ study }) => study)).toEqual([3, 2, 4, 1])
})
