import { describe, expect, it } from 'vitest'
import { smoothLabels } from '../../../../src-main/training/data/smooth-labels.ts'
import { createClassSource } from '../../../../src-main/training/data/table-source.ts'

const logits = [
  [2, 1, 0.5],
  [-1, 0.25, 3],
]
const source = createClassSource(new Float32Array(2), 1, Int32Array.of(0, 1), 3)

/** Cross-entropy of the logits with the rows' targets. */
function losses(share: number): number[] {
  const targets = new Float32Array(6)
  smoothLabels(source, share).fill(null, 0, 2, new Float32Array(2), targets)
  return logits.map((row, at) => {
    const sum = row.reduce((all, logit) => all + Math.exp(logit), 0)
    return row.reduce(
      (all, logit, label) => all - targets[at * 3 + label]! * (logit - Math.log(sum)),
      0,
    )
  })
}

describe('smoothLabels', () => {
  // cross_entropy(…, label_smoothing) of PyTorch 2.15, in float64.
  it.each<[number, number[]]>([
    [0.1, [0.5477021174412783, 2.7790362014040997]],
    [0.4, [0.7977021174412782, 2.6290362014040998]],
  ])('gives the losses of PyTorch for a share of %d', (share, expected) => {
    losses(share).forEach((loss, row) => {
      expect(loss).toBeCloseTo(expected[row] ?? Number.NaN, 6)
    })
  })

  it('leaves labels alone without a share', () => {
    expect(smoothLabels(source, 0)).toBe(source)
  })
})
