import { expect, it } from 'vitest'
import { bestTrial } from '../../../../src-main/core/trial/ranking.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { StudyHistory } from '../../../../src-main/running/loop/study-history.ts'

it('keeps the best trial through ends, exclusions and further attempts', () => {
  const goals = [
    { metric: 'loss', direction: 'minimize' },
    { metric: 'loss', direction: 'maximize' },
  ] as const
  const random = createRandomStream({ seed: 4, number: 0, purpose: 'test' })
  const history = new StudyHistory([])
  for (let turn = 0; turn < 600; turn++) {
    const choice = random.integer(10)
    const number = random.integer(Math.max(1, history.nextNumber))
    if (choice === 0)
      history.exclude(
        history.trials.map(trial => trial.number).filter(() => random.uniform() < 0.1),
      )
    else if (choice === 1 && history.nextNumber > 0) history.started(number, {})
    else {
      const next = history.nextNumber
      history.started(next, {})
      const value = [Number.NaN, Number.POSITIVE_INFINITY, random.integer(20)][random.integer(6)]
      if (choice < 4) history.finished(next, 'failed', { values: [] })
      else history.finished(next, 'complete', { values: [value ?? random.uniform()] })
    }
    const goal = goals[turn % 50 === 0 ? 1 : 0]
    if (turn % 7 === 0) {
      history.started(history.nextNumber, {})
      history.interrupted(history.nextNumber - 1)
    }
    const running = history.trials.filter(({ state }) => state === 'running').length
    expect(history.counts.running).toBe(running)
    if (turn % 3 === 0)
      expect(history.best(goal)?.number).toBe(bestTrial(history.trials, goal)?.number)
  }
})
