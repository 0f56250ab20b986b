import { msg } from '../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import { ancestryOf } from '../../../src-main/analysis/lineage/ancestry.ts'
import { lineageModel, scheduleModel } from '../../../src-main/charts/lineage-model.ts'
import {
  changedNumbers,
  childrenOf,
  type LineageTrial,
  lineageOf,
} from '../../../src-main/analysis/lineage/lineage.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')

/** 0 begins, 1 continues it, 2 forks 1 with another rate, 3 takes 2's weights, 4 forks 1 too. */
const trials: readonly LineageTrial[] = [
  { number: 0, parameters: { rate: 0.1, kind: 'a' }, values: [3], lastStep: 3 },
  {
    number: 1,
    parameters: { rate: 0.1, kind: 'a' },
    values: [2],
    lastStep: 6,
    origin: { trial: 0, step: 3, mode: 'continue' },
  },
  {
    number: 2,
    parameters: { rate: 0.08, kind: 'a' },
    values: [1],
    lastStep: 9,
    origin: { trial: 1, step: 6, mode: 'fork' },
  },
  {
    number: 3,
    parameters: { rate: 0.08, kind: 'b' },
    values: [4],
    lastStep: 2,
    origin: { trial: 2, step: 9, mode: 'initialize' },
  },
  {
    number: 4,
    parameters: { rate: 0.12, kind: 'a' },
    values: [],
    lastStep: null,
    origin: { trial: 1, step: 6, mode: 'fork' },
  },
]

describe('the lineage of a trial', () => {
  it('leads from the first turn to the trial, with what changed', () => {
    expect(lineageOf(trials, 2)).toEqual([
      {
        number: 0,
        mode: 'begin',
        from: 0,
        until: 3,
        changes: [],
        value: 3,
        parameters: { rate: 0.1, kind: 'a' },
      },
      {
        number: 1,
        mode: 'continue',
        from: 3,
        until: 6,
        changes: [],
        value: 2,
        parameters: { rate: 0.1, kind: 'a' },
      },
      {
        number: 2,
        mode: 'fork',
        from: 6,
        until: 9,
        value: 1,
        changes: [{ name: 'rate', before: 0.1, after: 0.08 }],
        parameters: { rate: 0.08, kind: 'a' },
      },
    ])
    // A warm start begins at the first step again; choices are no schedule.
    expect(lineageOf(trials, 3).at(-1)).toMatchObject({ mode: 'initialize', from: 0, until: 2 })
    expect(changedNumbers(lineageOf(trials, 3))).toEqual(['rate'])
    expect(childrenOf(trials, 1).map(({ number }) => number)).toEqual([2, 4])
    // One that has reported nothing yet has no length.
    expect(childrenOf(trials, 1)[1]).toMatchObject({ from: 6, until: 6 })
  })

  it('ends at a parent that is not there, and at one that cannot be', () => {
    const lost = [{ ...trials[0], number: 0, origin: { trial: 0, step: 1, mode: 'fork' as const } }]
    expect(lineageOf(lost as LineageTrial[], 0)).toHaveLength(1)
    expect(lineageOf(trials, 99)).toEqual([])
  })

  it('is drawn as a row per trial, the nearest where there are too many', () => {
    const model = lineageModel({ trials, of: 1, metric: 'loss', t })
    expect(model.y.rows).toEqual(['trial 0', 'trial 1', 'trial 2', 'trial 4'])
    expect(model.table.rows).toEqual([
      [0, '0 – 3', 'from the beginning', '', 3],
      [1, '3 – 6', 'continued', '', 2],
      [2, '6 – 9', 'fork', 'rate 0.1 → 0.08', 1],
      [4, '6 – 6', 'fork', 'rate 0.1 → 0.12', null],
    ])
    expect(model.notes).toEqual([])
    const alone = lineageModel({ trials: trials.slice(0, 1), of: 0, metric: 'loss', t })
    expect(alone.empty).toBe('It began at the beginning, and no trial continues it.')
    const long = Array.from({ length: 40 }, (_, number): LineageTrial => ({
      number,
      parameters: {},
      values: [1],
      lastStep: number + 1,
      ...(number === 0
        ? {}
        : { origin: { trial: number - 1, step: number, mode: 'continue' as const } }),
    }))
    const cut = lineageModel({ trials: long, of: 39, metric: 'loss', t })
    expect(cut.y.rows).toHaveLength(30)
    expect(cut.y.rows?.at(-1)).toBe('trial 39')
    expect(cut.notes[0]).toMatch(/^Showing 30 of 40/)
  })

  it('gives the schedule that a parameter came to', () => {
    const { marks } = scheduleModel(lineageOf(trials, 2), 'rate', { log: true, t })
    expect(marks[0]).toMatchObject({
      points: [0, 3, 3, 6, 6, 9].map((x, index) => ({
        x,
        y: index < 4 ? 0.1 : 0.08,
        trial: Math.floor(index / 2),
      })),
    })
  })

  it('is the ancestry of populations, too', () => {
    const reason = msg('proposal.random')
    const provenance = { sampler: 'pbt', reason, detail: { generation: 1, parent: 3 } }
    expect(ancestryOf([{ number: 5, provenance }])[0]).toMatchObject({ parents: [3] })
  })
})
