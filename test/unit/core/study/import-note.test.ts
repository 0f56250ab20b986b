import { describe, expect, it } from 'vitest'
import {
  importMessage,
  type ImportNote,
  type ImportNoteCode,
  importNoteSchema,
} from '../../../../src-main/core/study/import-note.ts'
import { languages } from '../../../../src-main/core/i18n/language.ts'
import type { Message } from '../../../../src-main/core/i18n/message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

/** One of each; a code that is added is missing here until it has a text to look at. */
const samples: { readonly [Code in ImportNoteCode]: Extract<ImportNote, { code: Code }> } = {
  parameterRenamed: { code: 'parameterRenamed', parameter: 'layer 1/units', name: 'layer_1_units' },
  parameterUnexplained: { code: 'parameterUnexplained', parameter: 'momentum' },
  parameterEmpty: { code: 'parameterEmpty', parameter: 'momentum' },
  plainScale: { code: 'plainScale', parameter: 'rate' },
  cutAtDeviations: { code: 'cutAtDeviations', parameter: 'rate', program: 'Hyperopt' },
  noBetaDistribution: { code: 'noBetaDistribution', parameter: 'rate' },
  optionRenamed: { code: 'optionRenamed', parameter: 'kind', index: 37, name: '"sgd"' },
  optionNeverDrawn: { code: 'optionNeverDrawn', parameter: 'kind' },
  valueAsText: { code: 'valueAsText', field: 'parameters.x', text: '[3]' },
  columnsLeftOut: { code: 'columnsLeftOut', columns: ['id', 'host'] },
  columnsUnknown: { code: 'columnsUnknown', columns: ['run', 'host'] },
  rangesOfTable: { code: 'rangesOfTable' },
  rowsOutside: { code: 'rowsOutside', rows: [41, 52], more: 67 },
  goalOfRuns: { code: 'goalOfRuns', metric: 'val_loss', direction: 'minimize', metrics: 47 },
  rangesOfRuns: { code: 'rangesOfRuns' },
  settingsFixed: { code: 'settingsFixed', settings: ['epochs', 'device'], more: 38 },
  settingsLeftOut: { code: 'settingsLeftOut', settings: ['seed', 'output_dir'], more: 38 },
  runsWithoutParameters: { code: 'runsWithoutParameters', runs: ['run3', 'run5'], more: 38 },
  runsWithoutValue: { code: 'runsWithoutValue', metric: 'val_loss', runs: ['run3'], more: 38 },
  runsOutside: { code: 'runsOutside', runs: ['run3', 'run5'], more: 38 },
  runsOfSeveral: { code: 'runsOfSeveral', groups: ['W&B: a', 'MLflow'], more: 38 },
  runProblem: {
    code: 'runProblem',
    run: 'run3',
    file: 'run3/config.yaml',
    reason: { code: 'rule.import.config' },
  },
  runProblemsMore: { code: 'runProblemsMore', more: 38 },
  keyLeftOut: { code: 'keyLeftOut', key: 'early_terminate.strict' },
  macroLeftOut: { code: 'macroLeftOut', macro: '${weather}' },
  samplerChosen: { code: 'samplerChosen', method: 'bayes' },
  metricsOfProgram: { code: 'metricsOfProgram' },
  valuesMissing: { code: 'valuesMissing', trial: 61 },
  stepsLeftOut: { code: 'stepsLeftOut', trial: 61, count: 72, largest: 2_147_483_647 },
  objectiveMissing: { code: 'objectiveMissing' },
  goalGuessed: { code: 'goalGuessed' },
  endMissing: { code: 'endMissing', trials: 83 },
  filesLeft: { code: 'filesLeft', trials: 2 },
}
const notes: readonly ImportNote[] = Object.values(samples)

describe.each(languages)('notes on an import, %s,', language => {
  const t = createTranslate(language)

  it.each(notes)('say everything that they are about: $code', note => {
    const text = t.format(importMessage(note))
    const { code, ...values } = note
    for (const value of Object.values(values).flat()) {
      const shown = typeof value === 'object' ? t.format(value as Message) : String(value)
      expect(text, code).toContain(shown)
    }
    expect(/\p{sc=Han}/u.test(text)).toBe(language === 'zh-CN')
  })
})

it('does not count rows that it lists', () => {
  const text = createTranslate('en').format(
    importMessage({ code: 'rowsOutside', rows: [4, 5], more: 0 }),
  )
  expect(text).toMatch(/4, 5$/)
})

it('reads every note back, and nothing else', () => {
  for (const note of notes)
    expect(importNoteSchema.parse(JSON.parse(JSON.stringify(note)))).toEqual(note)
  expect(importNoteSchema.safeParse({ code: 'weather' }).success).toBe(false)
  expect(importNoteSchema.safeParse({ code: 'endMissing' }).success).toBe(false)
})
