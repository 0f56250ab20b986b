import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  calibrationBins,
  calibrationError,
} from '../../../../src-main/analysis/errors/calibration.ts'
import {
  areaUnder,
  averagePrecision,
  brierScore,
  gainCurve,
  precisionRecallCurve,
  rankRows,
  rocCurve,
} from '../../../../src-main/analysis/errors/ranking-curves.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { askPeer, findPeer } from '../../../helpers/python-peer.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

interface Case {
  readonly name: string
  readonly labels: readonly number[]
  readonly scores?: readonly number[]
  readonly probabilities?: readonly (readonly number[])[]
}
type Curves = Readonly<Record<string, readonly (number | string)[]>>

const newFolder = useScratchFolders()

const golden = JSON.parse(
  readFileSync(
    new URL('../../../fixtures/interop/error_curves.generated.json', import.meta.url),
    'utf8',
  ),
) as (Case & { readonly expected: Curves })[]

function ours({ labels, scores, probabilities }: Case): Record<string, ArrayLike<number>> {
  if (scores === undefined) {
    const rows = probabilities ?? []
    const losses = rows.map((row, at) => -Math.log(row[labels[at]!]!))
    const logLoss = losses.reduce((a, b) => a + b, 0) / losses.length
    return { brier: [brierScore(Float64Array.from(rows.flat()), labels)], logLoss: [logLoss] }
  }
  const isPositive = Uint8Array.from(labels)
  const ranking = rankRows(Float64Array.from(scores), isPositive)
  const roc = rocCurve(ranking)
  const curve = precisionRecallCurve(ranking)
  const curves = {
    falsePositiveRate: roc.falsePositiveRate,
    truePositiveRate: roc.truePositiveRate,
    rocThresholds: roc.thresholds,
    area: [areaUnder(roc.falsePositiveRate, roc.truePositiveRate)],
    ...curve,
    averagePrecision: [averagePrecision(curve)],
  }
  if (scores.some(score => score < 0 || score > 1)) return curves
  const bins = calibrationBins(Float64Array.from(scores), isPositive)
  const both = Float64Array.from(scores.flatMap(score => [1 - score, score]))
  return {
    ...curves,
    right: bins.map(({ right }) => right),
    confidence: bins.map(({ confidence }) => confidence),
    brier: [brierScore(both, labels)],
  }
}

function expectSame(actual: Record<string, ArrayLike<number>>, expected: Curves): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, values] of Object.entries(expected)) {
    const actualValues = Array.from(actual[name]!)
    expect(actualValues, name).toHaveLength(values.length)
    for (const [at, value] of values.entries()) {
      const expectedValue =
        value === 'inf' ? Infinity : value === 'nan' ? Number.NaN : (value as number)
      if (Number.isFinite(expectedValue))
        expect(Math.abs(actualValues[at]! - expectedValue), name).toBeLessThan(1e-9)
      else expect(actualValues[at], name).toBe(expectedValue)
    }
  }
}

describe('curves of errors', () => {
  it.each(golden.map(curveCase => [curveCase.name, curveCase] as const))(
    'are those of scikit-learn: %s',
    (_, curveCase) => {
      expectSame(ours(curveCase), curveCase.expected)
    },
  )

  const python = findPeer('TUNEWRIGHT_INTEROP_PYTHON')
  it.skipIf(python === null)('are those of the scikit-learn that is there, on 200 cases', () => {
    const random = createRandomStream({ seed: 5, number: 0, purpose: 'test' })
    const cases = Array.from({ length: 200 }, (_, at): Case => {
      const rows = 1 + random.integer(300)
      const digits = at % 3 === 0 ? 1 : at % 3 === 1 ? 2 : 12
      const scores = Array.from({ length: rows }, () => Number(random.uniform().toFixed(digits)))
      const labels = scores.map(score => Number(random.uniform() < score ** (at % 4)))
      return { name: String(at), labels, scores }
    })
    const file = path.join(newFolder(), 'cases.json')
    writeFileSync(file, JSON.stringify(cases))
    const answers = askPeer(python!, 'error_curves.py', [file]) as Curves[]
    for (const [at, curveCase] of cases.entries()) expectSame(ours(curveCase), answers[at]!)
  })

  it('gain nothing over chance where scores say nothing', () => {
    const { rowShare, gain, lift } = gainCurve(
      rankRows(new Float64Array(8), Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0)),
    )
    expect([...rowShare]).toEqual([0, 1])
    expect([...gain]).toEqual([0, 1])
    expect([...lift]).toEqual([1, 1])
  })

  it('gain four times as much where the quarter that is positive comes first', () => {
    const scores = Float64Array.of(0.9, 0.8, 0.4, 0.3, 0.2, 0.1, 0.05, 0)
    const { rowShare, gain, lift } = gainCurve(
      rankRows(scores, Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0)),
    )
    expect([...rowShare.slice(0, 3)]).toEqual([0, 0.125, 0.25])
    expect([...gain.slice(0, 4)]).toEqual([0, 0.5, 1, 1])
    expect([...lift.slice(0, 4)]).toEqual([4, 4, 4, 8 / 3])
  })

  it('has no calibration error where confidence is the share that is right', () => {
    const bins = calibrationBins(
      Float64Array.of(0.75, 0.75, 0.75, 0.75, 1, 1),
      Uint8Array.of(1, 1, 1, 0, 1, 1),
    )
    expect(calibrationError(bins)).toBe(0)
    expect(
      calibrationError(calibrationBins(Float64Array.of(0.9, 0.9), Uint8Array.of(1, 0))),
    ).toBeCloseTo(0.4, 12)
  })
})
