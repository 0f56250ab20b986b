import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ownValue } from '../../../../src-main/core/values/named-values.ts'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type {
  ParameterSpecification,
  SpaceSpecification,
} from '../../../../src-main/core/study/space-specification.ts'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import type { ImportNote } from '../../../../src-main/core/study/import-note.ts'
import type { Assignment } from '../../../../src-main/core/trial/trial.ts'
import { placeholdersIn } from '../../../../src-main/core/study/command-template.ts'
import { fromCsv } from '../../../../src-main/interop/csv/from-csv.ts'
import { readHyperoptSpace } from '../../../../src-main/interop/hyperopt/read-hyperopt-space.ts'
import { toHyperoptTrials } from '../../../../src-main/interop/hyperopt/to-hyperopt.ts'
import { fromOptuna } from '../../../../src-main/interop/optuna/from-optuna.ts'
import { toOptunaStudy } from '../../../../src-main/interop/optuna/to-optuna.ts'
import { readStudyText } from '../../../../src-main/interop/study-file/read-study-text.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../../src-main/interop/study-file/write-study-yaml.ts'
import { uniqueNames } from '../../../../src-main/interop/unique-names.ts'
import { readSweep } from '../../../../src-main/interop/wandb/read-sweep.ts'
import { writeForeignFile } from '../../../../src-main/interop/write-foreign-file.ts'
import { exportCsv } from '../../../../src-main/reports/export/export-csv.ts'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'
import { parameterNames } from '../../../helpers/parameter-names.ts'

/** A float, a choice that it depends on, and numbers for the rest; the names of other texts are theirs. */
function spaceOf([
  first = 'a',
  second = 'b',
  ...otherNames
]: readonly string[]): SpaceSpecification {
  const others = otherNames.map((name): [string, ParameterSpecification] => [name, { int: [1, 9] }])
  // Objects have whole numbers first, and made-up trials are drawn in that order.
  const [parent = 'a', child = 'b'] = Object.keys({ [second]: 0, [first]: 0 })
  return Object.fromEntries<ParameterSpecification>([
    [parent, { choice: ['x', 'y'] }],
    [child, { float: [0.1, 1], when: Object.fromEntries([[parent, 'x']]) }],
    ...others,
  ])
}

function snapshotOf(names: readonly string[]): StudySnapshot {
  return buildSampleSnapshot({
    trials: 12,
    epochs: 1,
    space: spaceOf(names),
    chooseState: () => 'complete',
  })
}

const sorted = (names: Iterable<string>): string[] => [...names].sort()
const points = ({ trials }: { trials: readonly { parameters: Assignment }[] }) =>
  trials.map(({ parameters }) => Object.entries(parameters).sort())

describe('parameters of any name', () => {
  it('stand in a study file, YAML and JSON', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const { specification } = snapshotOf(names).study
        const texts = [
          ['yaml', writeStudyYaml(specification)],
          ['yaml', editStudyYaml('name: a\n', { ...specification }) ?? ''],
          ['json', JSON.stringify(specification)],
        ] as const
        for (const [format, text] of texts) {
          const read = readStudyText(text, format)
          expect([...read.syntax, ...read.keys]).toEqual([])
          const parsed = parseSpecification(read.raw)
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
          expect(parsed.specification).toEqual(specification)
          expect(Object.keys(parsed.specification.space)).toEqual(Object.keys(specification.space))
          expect(sorted(Object.keys(specification.space))).toEqual(sorted(names))
        }
      }),
    )
  })

  it('come back from a table', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const snapshot = snapshotOf(names)
        const rows = parseCsv(exportCsv(snapshot, createTranslate('en')), { columns: false })
        const goals = [{ metric: 'validationAccuracy', direction: 'maximize' }] as const
        const { space } = snapshot.study.specification
        for (const knownSpace of [space, null]) {
          const read = fromCsv({ rows, goals, space: knownSpace, atMs: 0 })
          expect(points(read)).toEqual(points(snapshot))
          expect(read.notes.map(({ code }) => code)).not.toContain('parameterRenamed')
        }
      }),
    )
  })

  it('come back from Optuna', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const snapshot = snapshotOf(names)
        const read = fromOptuna(toOptunaStudy(snapshot, createTranslate('en')))
        expect(points(read)).toEqual(points(snapshot))
        expect(sorted(Object.keys(read.space))).toEqual(sorted(names))
        expect(read.notes.map(({ code }) => code)).not.toContain('parameterRenamed')
      }),
    )
  })

  it('stand in the documents of Hyperopt, and come from its spaces', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const documents = JSON.parse(
          toHyperoptTrials(snapshotOf(names), createTranslate('en')),
        ) as {
          misc: { vals: Record<string, unknown> }
        }[]
        expect(sorted(Object.keys(documents[0]?.misc.vals ?? {}))).toEqual(sorted(names))
        const calls = names.map(name => `hp.uniform(${pythonText(name)}, 0, 1)`)
        const read = readHyperoptSpace(`space = [${calls.join(', ')}]\n`)
        expect(sorted(Object.keys(read.space))).toEqual(sorted(names))
      }),
    )
  })

  it('come from a sweep of W&B, its command with them', () => {
    fc.assert(
      fc.property(parameterNames, names => {
        const parameters = Object.fromEntries(names.map(name => [name, { min: 0.1, max: 1.5 }]))
        const read = readSweep(
          JSON.stringify({ method: 'random', program: 'train.py', parameters }),
        )
        expect(sorted(Object.keys(read.space))).toEqual(sorted(names))
        const { objective } = read.sections as { objective: { command: string[] } }
        const filled = objective.command.flatMap(placeholdersIn)
        expect(sorted(filled)).toEqual(sorted(names))
        const { text } = writeForeignFile(read, 'study', 'en')
        const { raw } = readStudyText(text, 'yaml')
        const { space } = raw as { space: Record<string, unknown> }
        for (const name of names) expect(ownValue(space, name)).toBeDefined()
      }),
    )
  })

  it('are kept where they can be, and each once where they cannot', () => {
    const notes: ImportNote[] = []
    const renamed = uniqueNames(['a\u200B', 'a_', 'optimizer.lr', 'b\n', 'b\r', '', 'c '], notes)
    expect([...renamed.values()]).toEqual([
      'a__2',
      'a_',
      'optimizer.lr',
      'b_',
      'b__2',
      'parameter',
      'c',
    ])
    expect(notes).toHaveLength(5)
  })
})

/** As Python writes a text, with escapes for all that is no plain letter. */
function pythonText(text: string): string {
  const escaped = [...text].map(character => {
    const code = character.codePointAt(0) ?? 0
    if (/[A-Za-z0-9 ]/.test(character)) return character
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `'${escaped.join('')}'`
}
