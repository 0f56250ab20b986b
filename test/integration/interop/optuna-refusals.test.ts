import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { visibleText } from '../../../src-main/core/i18n/visible-text.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { brokenNameRule } from '../../../src-main/core/study/parameter-name.ts'
import { toOptunaStudy } from '../../../src-main/interop/optuna/to-optuna.ts'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { writeOptunaFile } from '../../../src-main/features/exports/node/write-optuna-file.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { hostileText, sampleSnapshot } from '../../helpers/sample-snapshot.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const newFolder = useScratchFolders()

/** A good file, then whatever `harm` does to it. */
function harmed(harm: (database: SqliteDatabase.Database) => void): string {
  const file = writeOptunaFile(
    join(newFolder(), 'o.sqlite'),
    toOptunaStudy(sampleSnapshot('conditional'), createTranslate('en')),
  )
  const database = new SqliteDatabase(file)
  harm(database)
  database.close()
  return file
}

async function importing(file: string, options: { only?: string; name?: string } = {}) {
  const store = openStudyStore(':memory:')
  const error = await catchAppError(() =>
    importStudies({
      store,
      file,
      now: () => 1,
      only: options.only ?? null,
      name: options.name ?? null,
    }),
  )
  // Nothing of a refused file stays.
  expect(store.listStudies()).toEqual([])
  store.close()
  return { code: error.code, ...(error.detail as object) }
}

describe('importing from Optuna refuses', () => {
  it.each([
    ['a missing file', () => join(newFolder(), 'none'), { code: 'file.notFound' }],
    [
      'an empty file',
      () => {
        const file = join(newFolder(), 'empty')
        writeFileSync(file, '')
        return file
      },
      { code: 'data.invalid', field: 'file', value: 'empty' },
    ],
    [
      'a file that only begins like a database',
      () => {
        const file = join(newFolder(), 'fake')
        writeFileSync(file, `SQLite format 3\0${'x'.repeat(5_000)}`)
        return file
      },
      { code: 'data.invalid', field: 'file' },
    ],
    [
      'another program’s database',
      () => harmed(database => database.exec('DROP TABLE trial_params')),
      {
        code: 'data.invalid',
        field: 'tables',
        rule: msg('rule.import.optunaTable', { table: 'trial_params' }),
      },
    ],
    [
      'more than 200,000 trials',
      () =>
        harmed(database =>
          database.exec(
            `WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 201000)
             INSERT INTO trials (trial_id, number, study_id, state) SELECT i, i, 1, 'FAIL' FROM n`,
          ),
        ),
      { code: 'data.invalid', field: 'trials', rule: msg('rule.atMost', { limit: 200_000 }) },
    ],
    [
      'a view in place of a table',
      () =>
        harmed(database =>
          database.exec(
            'ALTER TABLE trial_values RENAME TO hidden; CREATE VIEW trial_values AS SELECT * FROM hidden',
          ),
        ),
      {
        code: 'data.invalid',
        field: 'tables',
        rule: msg('rule.import.optunaTable', { table: 'trial_values' }),
      },
    ],
    [
      'a newer schema',
      () => harmed(database => database.exec('UPDATE version_info SET schema_version = 13')),
      {
        code: 'data.invalid',
        field: 'schema_version',
        value: 13,
        rule: msg('rule.equal', { value: 12 }),
      },
    ],
    [
      'an unknown revision',
      () =>
        harmed(database => database.exec("UPDATE alembic_version SET version_num = 'v9.0.0.a'")),
      { code: 'data.invalid', field: 'alembic_version', value: 'v9.0.0.a' },
    ],
    [
      'an index of no choice',
      () =>
        harmed(database =>
          database.exec("UPDATE trial_params SET param_value = 9 WHERE param_name = 'model'"),
        ),
      { code: 'data.invalid', field: 'trials[0].model', value: 9 },
    ],
    [
      'a distribution that is none',
      () =>
        harmed(database =>
          database.exec(
            `UPDATE trial_params SET distribution_json = '${'['.repeat(500)}' WHERE param_id = 1`,
          ),
        ),
      { code: 'data.invalid', rule: msg('rule.type', { expected: msg('kind.mapping') }) },
    ],
    [
      'a text where a number belongs',
      () => harmed(database => database.exec("UPDATE trial_values SET value = 'many'")),
      { code: 'data.invalid', field: 'value', value: 'many', rule: msg('rule.number') },
    ],
    [
      'numbers with a gap',
      () => harmed(database => database.exec('UPDATE trials SET number = 99 WHERE number = 3')),
      { code: 'data.invalid', field: 'trials.number' },
    ],
    [
      'more trials than any study has',
      () =>
        harmed(database =>
          database.exec(
            `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 200000)
            INSERT INTO trials (number, study_id, state) SELECT 1000 + i, 1, 'COMPLETE' FROM n`,
          ),
        ),
      { code: 'data.invalid', field: 'trials', rule: msg('rule.atMost', { limit: 200_000 }) },
    ],
    [
      'an unknown state',
      () => harmed(database => database.exec("UPDATE trials SET state = 'ODD' WHERE number = 3")),
      { code: 'data.invalid', field: 'state', value: 'ODD' },
    ],
  ])('%s', async (_, file, expected) => {
    expect(await importing(file())).toMatchObject(expected)
  })

  it('a study that is not in the file, and a name that is taken', async () => {
    const file = harmed(() => undefined)
    expect(await importing(file, { only: 'other' })).toEqual({
      code: 'study.notFound',
      study: 'other',
    })
    const store = openStudyStore(':memory:')
    await importStudies({ store, file, now: () => 1, only: null, name: null })
    const error = await catchAppError(() =>
      importStudies({ store, file, now: () => 1, only: null, name: null }),
    )
    expect(error.code).toBe('study.exists')
    await importStudies({ store, file, now: () => 1, only: 'conditional', name: 'again' })
    expect(store.listStudies().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['again', 'conditional']),
    )
    store.close()
  })
})

/** The snapshot with the name that it would have had before names were checked. */
function withInvisibleName(snapshot: StudySnapshot): StudySnapshot {
  const rename = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name === visibleText(hostileText) ? hostileText : name,
        value,
      ]),
    )
  const { study, trials } = snapshot
  const specification = { ...study.specification, space: rename(study.specification.space) }
  return {
    ...snapshot,
    study: { ...study, specification },
    trials: trials.map(trial => ({ ...trial, parameters: rename(trial.parameters) })),
  }
}

describe('exporting to Optuna', () => {
  it('never writes over a file', async () => {
    const file = join(newFolder(), 'kept.sqlite')
    writeFileSync(file, 'mine')
    const error = await catchAppError(() =>
      writeOptunaFile(file, toOptunaStudy(sampleSnapshot('pruned'), createTranslate('en'))),
    )
    expect(error.code).toBe('file.exists')
  })

  it.each(['empty', 'allFailed', 'notANumber', 'twoGoals', 'running', 'functionOnly'] as const)(
    'and back gives the same specification and trials: %s',
    async name => {
      const snapshot = sampleSnapshot(name)
      const file = writeOptunaFile(
        join(newFolder(), 'o.sqlite'),
        toOptunaStudy(snapshot, createTranslate('en')),
      )
      const store = openStudyStore(':memory:')
      if (snapshot.trials.length === 0) {
        const options = { store, file, now: () => 1, only: null, name: null }
        const error = await catchAppError(() => importStudies(options))
        expect(error.detail).toMatchObject({ rule: msg('rule.import.trialWithParameters') })
        return
      }
      const [study] = await importStudies({ store, file, now: () => 1, only: null, name: null })
      const back = store.snapshot(study?.id ?? 0)
      expect(
        back.trials.map(({ number, state, values, parameters, metrics }) => ({
          number,
          state,
          values,
          parameters,
          metrics,
        })),
      ).toEqual(
        snapshot.trials.map(({ number, state, values, parameters, metrics }) => ({
          number,
          state: state === 'running' ? 'interrupted' : state,
          values,
          parameters,
          // Nobody goes on with the curve of a trial that waits to be run again.
          metrics:
            state === 'running' || state === 'interrupted'
              ? (expect.anything() as unknown)
              : metrics,
        })),
      )
      store.close()
    },
  )

  it('and back gives names that study files allow, and says so', async () => {
    const file = writeOptunaFile(
      join(newFolder(), 'o.sqlite'),
      toOptunaStudy(withInvisibleName(sampleSnapshot('hostile')), createTranslate('en')),
    )
    const store = openStudyStore(':memory:')
    const [study] = await importStudies({ store, file, now: () => 1, only: null, name: null })
    const { specification, environment } = store.snapshot(study?.id ?? 0).study
    for (const name of Object.keys(specification.space)) expect(brokenNameRule(name)).toBeNull()
    expect(JSON.stringify([specification.name, specification.goals])).not.toMatch(
      /[\p{Cc}\p{Bidi_Control}]/u,
    )
    expect(environment.importedFrom?.notes).toHaveLength(1)
    store.close()
  })
})
