import { expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { LOCAL_MACHINE } from '../../../../src-main/core/trial/trial.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

function build(snapshot: StudySnapshot): string {
  return buildHtmlReport(snapshot, { language: 'en', generatedAtMs: 0, version: '0.1.0' })
}

it('a report says how long each machine was busy, this computer among them', () => {
  const snapshot = sampleSnapshot('pruned')
  const names = [LOCAL_MACHINE, 'box2', 'box3']
  const trials = snapshot.trials.map(trial => ({
    ...trial,
    attempts: trial.attempts.map(attempt => ({
      ...attempt,
      machine: names[trial.number % 3] ?? '',
    })),
  }))
  const [, table = ''] = build({ ...snapshot, trials }).split('"Attempts by machine"')
  const rows = [...(table.split('</table>')[0] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = '']) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => cell),
    )
    .filter(cells => cells[0] !== 'Machine')
  const counts = names.map(
    (_, at) =>
      trials.filter(({ number }) => number % 3 === at).flatMap(({ attempts }) => attempts).length,
  )
  expect(rows.map(([name, count]) => [name, Number(count)])).toEqual([
    ['this computer', counts[0]],
    ['box2', counts[1]],
    ['box3', counts[2]],
  ])
  expect(build(snapshot)).not.toContain('Attempts by machine')
})
