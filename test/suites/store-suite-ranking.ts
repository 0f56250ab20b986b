import { describe, expect, it } from 'vitest'
import { isFeasible } from '../../src-main/core/study/constraints.ts'
import { bestTrial, isComparable } from '../../src-main/core/trial/ranking.ts'
import { isFinished } from '../../src-main/core/trial/trial.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../helpers/store-samples.ts'
import { rankingCases } from './ranking-cases.ts'
import type { StoreFixture } from './store-fixture.ts'

/** The store's best is that of `contract/ranking.ts`. */
export function describeRanking(fixture: StoreFixture): void {
  describe('best trial', () => {
    const inBoth = rankingCases.flatMap(rankingCase => [
      { ...rankingCase, direction: 'minimize', ranked: rankingCase.minimized } as const,
      { ...rankingCase, direction: 'maximize', ranked: rankingCase.maximized } as const,
    ])

    it.each(inBoth)('$direction: $name', ({ name, trials, direction, ranked }) => {
      const { store } = fixture
      const goals = [{ metric: 'loss', direction }] as const
      const study = sampleStudy(name, goals)
      const count = trials.find(({ constraints }) => constraints)?.constraints?.length ?? 0
      const constraints = Array.from({ length: count }, (_, index) => `c${index}`)
      const specification = { ...study.specification, constraints }
      const { id } = store.createStudy({ ...study, specification })
      for (const trial of trials) {
        const { number, state, values, excluded } = trial
        store.startTrial(sampleTrial(id, number))
        if (!isFinished(state)) continue
        const constraints =
          trial.constraints === undefined ? {} : { constraints: trial.constraints }
        store.finishTrial(sampleFinish(id, number, { state, values, ...constraints }))
        if (excluded === true) store.setExcluded(id, number, true, { atMs: 4_000 })
      }

      const first = trials[ranked[0] ?? -1]
      const best = first === undefined ? null : { number: first.number, value: first.values[0] }
      expect(store.findStudy(name).best).toEqual(best)
      const history = store.history(id)
      expect(bestTrial(history, goals[0])?.number).toBe(first?.number)
      expect(store.outline(id).map(({ feasible }) => feasible)).toEqual(history.map(isFeasible))
      const numbers = store.completeValues(id).filter(value => !Number.isNaN(value))
      const comparable = history.filter(trial => isComparable(trial))
      expect(numbers).toEqual(comparable.map(({ values }) => values[0]))
    })
  })
}
