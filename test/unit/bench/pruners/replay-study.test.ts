import { describe, expect, it } from 'vitest'
import { readRecordedStudies, type RecordedStudy } from '../../../../bench/pruners/curve-sets.ts'
import { deviationOf, replayStudy } from '../../../../bench/pruners/replay-study.ts'
import { mean } from '../../../../src-main/math/numbers.ts'
import { median } from '../../../../src-main/math/statistics/quantile.ts'

const studies = readRecordedStudies()
const plain = { name: 'median', warmupSteps: 0, minMargin: 0 }
const usual = { name: 'median' }

describe('complete curves of recorded studies', () => {
  it('lose nothing of their best without a pruner', () => {
    for (const study of studies) {
      expect(replayStudy(study, { name: 'none' })).toMatchObject({ loss: 0, pruned: 0, cost: 1 })
    }
  })

  it('are not cut by the usual pruner before a twentieth of their steps', () => {
    const replays = studies.map(study => replayStudy(study, usual))
    expect(replays.map(({ prunedEarly }) => prunedEarly)).toEqual(studies.map(() => 0))
    expect(mean(replays.map(({ cost }) => cost))).toBeLessThan(0.9)
  })

  it('lose their best far less often by the usual pruner than by one that judges from the first step on', () => {
    const lossesOf = (pruner: typeof usual): number =>
      studies.filter(study => replayStudy(study, pruner).loss > 0).length
    expect(lossesOf(usual)).toBeLessThanOrEqual(studies.length / 10)
    expect(lossesOf(plain)).toBeGreaterThan(studies.length / 4)
  })

  it('lose on no set more than half a deviation among seeds by the usual pruner, and nothing on most', () => {
    const bySet = Map.groupBy(studies, ({ set }) => set)
    const regrets = [...bySet.values()].map(ofSet => {
      const replays = ofSet.map(study => replayStudy(study, usual))
      const deviation = deviationOf(replays.flatMap(({ bestOfAll }) => bestOfAll ?? []))
      const loss = mean(replays.map(replay => replay.loss))
      return loss === 0 ? 0 : loss / (deviation ?? 0)
    })
    expect(Math.max(...regrets)).toBeLessThanOrEqual(0.5)
    expect(median(regrets)).toBeLessThanOrEqual(0.1)
  })
})

describe('a replay', () => {
  const study: RecordedStudy = {
    set: 'made',
    seed: 1,
    specification: {
      name: 'made',
      objective: { function: 'branin', steps: 4 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] } },
      stop: { trials: 3 },
    },
    trials: [4, 9, 2].map(level => ({
      parameters: { x0: 0 },
      value: level,
      seconds: 8,
      steps: null,
      values: level === 2 ? [8, 8, 3, 2] : [level, level, level, level],
    })),
  }

  it('counts what a pruner loses, saves and cuts', () => {
    const options = { startupTrials: 1, warmupSteps: 1, minMargin: 0 }
    expect(replayStudy(study, { name: 'median', ...options })).toEqual({
      best: 4,
      bestOfAll: 2,
      loss: 2,
      trials: 3,
      pruned: 2,
      prunedEarly: 0,
      cost: 0.5,
      stops: [null, 1, 1],
    })
  })
})
