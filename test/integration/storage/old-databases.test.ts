import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { exportCsv } from '../../../src-main/reports/export/export-csv.ts'
import { exportJson } from '../../../src-main/reports/export/export-json.ts'
import { exportMetricsCsv } from '../../../src-main/reports/export/export-metrics-csv.ts'
import { buildHtmlReport } from '../../../src-main/reports/html/build-html-report.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { migrations } from '../../../src-main/platform/storage/migrations/migrations.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { codesIn, expectSaid } from '../../helpers/expect-said.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/**
 * Databases of every older schema, written by the versions that had it. `scripts/old-database.ts` made those with many
 * studies and says how.
 */
const scratch = useScratchFolders()
const english = createTranslate('en')
const folder = path.join(import.meta.dirname, '../../fixtures/databases')
const small = ['v0001.sqlite', 'v0002.sqlite']
const large = readdirSync(path.join(folder, 'studies')).map(name => path.join('studies', name))
const files = [...small, ...large]
const newest = fileOf(migrations.length)

function fileOf(version: number): string {
  return `v${String(version).padStart(4, '0')}.sqlite`
}

function copyFixture(name: string): string {
  const copy = path.join(scratch(), 'studies.sqlite')
  copyFileSync(path.join(folder, name), copy)
  return copy
}

function rawStudies(file: string): unknown[] {
  const handle = new SqliteDatabase(file, { readonly: true })
  const studies = handle.prepare(
    `SELECT studies.name, studies.state, count(trials.id) AS trials
      FROM studies LEFT JOIN trials ON trials.study_id = studies.id
      GROUP BY studies.id ORDER BY studies.name`,
  )
  const rows = studies.all()
  handle.close()
  return rows
}

it('there is one of each schema', () => {
  expect(files.map(name => path.basename(name, '.sqlite')).sort()).toEqual([
    ...['v0001', 'v0002', 'v0003', 'v0004', 'v0005', 'v0006', 'v0007', 'v0008', 'v0009'],
    ...['v0010', 'v0011'],
  ])
  for (const name of files) {
    // `user_version` stands at byte 60; to open a fixture would leave files beside it.
    const version = readFileSync(path.join(folder, name)).readUInt32BE(60)
    expect(path.basename(name)).toBe(fileOf(version))
  }
})

describe.each(files)('%s', name => {
  it('opens with all that it had, and every study is reported and exported', () => {
    const file = copyFixture(name)
    const before = rawStudies(file)
    const store = openStudyStore(file)
    const texts: unknown[] = []
    for (const { id } of store.listStudies()) {
      const snapshot = store.snapshot(id)
      texts.push(snapshot.study.name)
      for (const language of ['en', 'zh-CN'] as const) {
        const report = buildHtmlReport(snapshot, { language, generatedAtMs: 0, version: '0' })
        expect(report).toContain('</html>')
      }
      const json = JSON.parse(exportJson(snapshot, english)) as { trials: { state: string }[] }
      expect(json.trials.map(({ state }) => state)).toEqual(
        snapshot.trials.map(({ state }) => state),
      )
      expect(exportCsv(snapshot, english).trim().split('\r\n')).toHaveLength(
        snapshot.trials.length + 1,
      )
      expect(exportMetricsCsv(snapshot)).toContain('metric')
    }
    store.close()
    expect(rawStudies(file)).toEqual(before)
    expect(new Set(texts).size).toBe(texts.length)
    // A study in the bin is not listed.
    expect(before.length - texts.length).toBe(name.startsWith('studies') ? 1 : 0)
  })
})

/** A failure may quote a program, in any language. */
function withoutQuotes(failure: MessageDescriptor): MessageDescriptor {
  return JSON.parse(JSON.stringify(failure), (name, value: unknown) =>
    typeof value === 'string' && name !== 'code' ? 'x' : value,
  ) as MessageDescriptor
}

describe.each(large)('%s', name => {
  it('has a message wherever it had a sentence of ours', () => {
    const store = openStudyStore(copyFixture(name))
    for (const { id } of store.listStudies()) {
      const { study, trials } = store.snapshot(id)
      const failures = trials.flatMap(({ attempts }) =>
        attempts.flatMap(({ failure }) => (failure === null ? [] : [failure.reason])),
      )
      const reasons = trials.flatMap(({ state, reason, provenance }) => [
        provenance.reason,
        ...(reason === null ? [] : [state === 'failed' ? withoutQuotes(reason) : reason]),
        ...failures.map(withoutQuotes),
      ])
      for (const reason of study.reason === null ? reasons : [...reasons, study.reason]) {
        expectSaid(reason)
        expect(codesIn(reason)).not.toContain('legacy')
      }
    }
    store.close()
  })

  it('is listed, and the search proposes again what its record says', async () => {
    const database = copyFixture(name)
    const at = path.dirname(database)
    const run = (...words: string[]) => runTunewright(['--json', '--db', database, ...words], at)
    // What only reads brings it up to date as well, and keeps it as it was beside it.
    const listed = await run('list')
    const old = readdirSync(at).filter(file => file.includes('backup'))
    expect(old).toHaveLength(name.endsWith(newest) ? 0 : 1)
    expect(listed.stderr).toBe('')
    const studies = jsonObjects(listed.stdout)
    expect(studies.map(({ name: study, state }) => [study, state])).toEqual(
      expect.arrayContaining([
        ['tpe', 'finished'],
        // Since then, failures after a success end no study.
        [
          'failing',
          [9, 10, 11].some(version => name.endsWith(fileOf(version))) ? 'finished' : 'failed',
        ],
        ['stopped', 'stopped'],
        ['from Optuna', 'finished'],
      ]),
    )
    const verified = await run('verify', 'de', '--retrain', 'none')
    expect([verified.exitCode, verified.stderr]).toEqual([0, ''])
    const report = await run('report', 'failing', '--format', 'markdown', '-o', 'failing.md')
    expect(report.exitCode).toBe(0)
  })
})
