import { expect, it } from 'vitest'
import { createTranslate } from '../../../src-main/i18n/translate.ts'
import { toOptunaStudy } from '../../../src-main/interop/optuna/to-optuna.ts'
import { buildSampleSnapshot } from '../../helpers/sample-snapshot.ts'

it('gives Optuna the attributes of its users back where they were', () => {
  const snapshot = buildSampleSnapshot({ name: 'noted', trials: 1 })
  const trials = snapshot.trials.map(trial => ({
    ...trial,
    provenance: { ...trial.provenance, detail: { userAttributes: { note: 'by hand', fold: 3 } } },
  }))
  const [trial] = toOptunaStudy({ ...snapshot, trials }, createTranslate('en')).trials
  expect(trial?.userAttributes).toMatchObject({ note: '"by hand"', fold: '3' })
})
