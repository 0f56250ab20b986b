import { describe, expect, it } from 'vitest'
import { PatternReader } from '../../../../src-main/platform/user-code/pattern-reader.ts'
import { ReportTrack } from '../../../../src-main/platform/user-code/report-track.ts'

it.each(['constructor', 'toString', '__proto__'])('a metric may be called %s', metric => {
  const goals = [{ metric, direction: 'minimize' }] as const
  const report = (step: number, value: number) => ({
    step,
    metrics: Object.fromEntries([[metric, value]]),
  })
  const track = new ReportTrack(goals, 'best')
  for (const [step, value] of [3, 1, 2].entries()) track.take(report(step + 1, value))
  expect(track.best).toEqual(report(2, 1))
  // The same, where a program goes on from what another attempt has reported.
  const columns = [{ names: [metric], steps: [1, 2], values: Float64Array.of(3, 1) }]
  const resumed = new ReportTrack(goals, 'best', { startStep: 2, columns } as never)
  resumed.take(report(3, 2))
  expect(resumed.best).toEqual(report(2, 1))
})

describe('steps that a pattern reads', () => {
  const goals = [{ metric: 'loss', direction: 'minimize' }] as const
  const stepsOf = (track: ReportTrack, lines: readonly string[]) =>
    new PatternReader([String.raw`Epoch\W*(?<step>\d+).*?loss: (?<loss>\S+)`])
      .read(lines)
      .flatMap(row => track.take(row) ?? [])
      .map(({ step, metrics }) => [step, metrics['loss']])

  it('count once, with their first value; one that falls is left out', () => {
    const track = new ReportTrack(goals, 'last')
    const lines = [
      [1, 4],
      [1, 3],
      [3, 2],
      [2, 9],
      [4, 1],
    ] as const
    expect(
      stepsOf(
        track,
        lines.map(([step, loss]) => `Epoch ${step}/9 loss: ${loss}`),
      ),
    ).toEqual([
      [1, 4],
      [3, 2],
      [4, 1],
    ])
    expect(track.last).toEqual({ step: 4, metrics: { loss: 1 } })
  })

  it('begin after what was reported before, where a program goes on from an earlier step', () => {
    const columns = [
      { names: ['loss'], steps: Int32Array.of(1, 2, 3), values: Float64Array.of(3, 1, 7) },
    ]
    const track = new ReportTrack(goals, 'best', { startStep: 2, columns })
    expect(stepsOf(track, ['Epoch 2 loss: 0.5', 'Epoch 3 loss: 2', 'Epoch 4 loss: 1.5'])).toEqual([
      [3, 2],
      [4, 1.5],
    ])
    // The first value of step 2 stands, and that of step 3 is of a training that nobody went on with.
    expect(track.best).toEqual({ step: 2, metrics: { loss: 1 } })
  })
})
