import { expect, it } from 'vitest'
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
