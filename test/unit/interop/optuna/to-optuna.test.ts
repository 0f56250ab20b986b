import { expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { fromOptuna } from '../../../../src-main/interop/optuna/from-optuna.ts'
import { toOptunaStudy } from '../../../../src-main/interop/optuna/to-optuna.ts'
import { buildSampleSnapshot } from '../../../helpers/sample-snapshot.ts'

it('gives Optuna the attributes of its users back where they were', () => {
  const snapshot = buildSampleSnapshot({ name: 'noted', trials: 1 })
  const trials = snapshot.trials.map(trial => ({
    ...trial,
    provenance: { ...trial.provenance, detail: { userAttributes: { note: 'by hand', fold: 3 } } },
  }))
  const [trial] = toOptunaStudy({ ...snapshot, trials }, createTranslate('en')).trials
  expect(trial?.userAttributes).toMatchObject({ note: '"by hand"', fold: '3' })
})

it('keeps those of the study too', () => {
  const snapshot = buildSampleSnapshot({ name: 'noted', trials: 1 })
  const written = toOptunaStudy(snapshot, createTranslate('en'))
  const owner = { owner: '"Ann"', nested: '{"a": [1, 2]}' }
  const { userAttributes } = fromOptuna({
    ...written,
    userAttributes: { ...written.userAttributes, ...owner },
  })
  expect(userAttributes).toEqual({ owner: 'Ann', nested: { a: [1, 2] } })
  const importedFrom = {
    program: 'Optuna',
    version: null,
    file: 'a.db',
    sha256: '',
    study: 'noted',
    notes: [],
    ...(userAttributes == null ? {} : { userAttributes }),
  }
  const environment = { ...snapshot.study.environment, importedFrom }
  const study = { ...snapshot.study, environment }
  const back = toOptunaStudy({ ...snapshot, study }, createTranslate('en'))
  expect(back.userAttributes).toMatchObject(owner)
  expect(back.userAttributes['tunewright:specification']).toBeDefined()
})
