import { describe, expect, it } from 'vitest'
import { trainRounds } from '../../../../src-main/training/loop/train-rounds.ts'
import type { Learner } from '../../../../src-main/training/loop/train-rounds.ts'
import type { ObjectiveHost } from '../../../../src-main/training/objectives/objective-host.ts'

/** Learns the number 1/round. */
function learner(): Learner {
  let rounds = 0
  const outputsAfter = (count: number): Float32Array => Float32Array.of(1 / count)
  return {
    get rounds() {
      return rounds
    },
    learn: () => {
      rounds++
    },
    outputs: () => outputsAfter(rounds),
    outputsAfter,
    trainLoss: () => 1 / rounds,
    save: count => [{ name: 'rounds', shape: [1], data: Float32Array.of(count) }],
    size: () => ({ parameterCount: 1, multiplyAdds: 1 }),
    dispose: () => undefined,
  }
}

async function train(answerAt: Parameters<typeof hostOf>[0], patience = 0) {
  return trainRounds({
    begin: learner,
    validation: {
      source: { rows: 1, inputSize: 1, targetSize: 1, fill: () => undefined },
      measure: outputs => ({ Value: outputs[0] as number }),
    },
    loss: 'squaredError',
    rounds: 5,
    patience,
    goals: [{ metric: 'validationValue', direction: 'minimize' }],
    host: hostOf(answerAt),
  })
}

function hostOf(answerAt: (step: number) => 'continue' | 'finish' | 'stop'): ObjectiveHost {
  return {
    report: async step => Promise.resolve(answerAt(step)),
    yieldNow: async () => Promise.resolve('continue'),
    wait: async () => Promise.resolve(),
  }
}

describe('training round by round', () => {
  it('ends with what it has learned where the host says finish', async () => {
    const result = await train(step => (step === 3 ? 'finish' : 'continue'))
    expect(result).toMatchObject({ finished: true, cutShort: true })
    expect(result.last?.step).toBe(3)
    expect(result.weights?.best[0]?.data[0]).toBe(3)
  })

  it('is not cut short where it ends by itself', async () => {
    const result = await train(step => (step === 5 ? 'finish' : 'continue'))
    expect(result.finished).toBe(true)
    expect(result).not.toHaveProperty('cutShort')
  })

  it('leaves nothing where the host says stop', async () => {
    const result = await train(step => (step === 3 ? 'stop' : 'continue'))
    expect(result.finished).toBe(false)
    expect(result.weights).toBeUndefined()
  })
})
