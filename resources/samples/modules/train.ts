/** A module without any package: logistic regression by gradient descent, pruned early, resumed from its state, trained longer on demand. */
import type { Space, Trial } from '../../types/tunewright'

export const space: Space = {
  rate: { float: [1e-3, 10], log: true },
  decay: { float: [1e-6, 1], log: true },
  epochs: { fixed: 30 },
}

interface Parameters {
  rate: number
  decay: number
  epochs: number
}

/** Two overlapping clouds; the same for every trial. */
function clouds(count: number): { x: number[]; y: number }[] {
  let state = 12345
  const uniform = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
  return Array.from({ length: count }, (_, index) => {
    const y = index % 2
    return { x: [1, uniform() * 2 + y - 1.5, uniform() * 2 - y - 0.5], y }
  })
}

export async function train(trial: Trial<Parameters>): Promise<void> {
  const { rate, decay, epochs } = trial.parameters
  const [seen, held] = [clouds(200), clouds(400).slice(200)]
  const saved = trial.checkpoint.load() as { epoch: number; weights: number[] } | null
  const weights = saved?.weights ?? [0, 0, 0]
  const guess = (x: number[]) =>
    1 / (1 + Math.exp(-x.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)))
  for (let epoch = (saved?.epoch ?? 0) + 1; epoch <= (trial.untilStep ?? epochs); epoch++) {
    for (const { x, y } of seen) {
      const error = guess(x) - y
      x.forEach((value, at) => {
        const old = weights[at] ?? 0
        weights[at] = old - (rate / seen.length) * (error * value + decay * old)
      })
    }
    const losses = held.map(({ x, y }) => -Math.log(Math.max(1e-12, y ? guess(x) : 1 - guess(x))))
    trial.checkpoint.save({ epoch, weights })
    await trial.report(epoch, { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length })
    if (trial.shouldPrune()) return
  }
}
