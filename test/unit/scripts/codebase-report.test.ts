import { Linter } from 'eslint'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { longestChain } from '../../../scripts/codebase-report.ts'
import {
  noPrivateWords,
  privateTerms,
  privateTermsOfPath,
} from '../../../scripts/lint/private-words.js'

const root = path.resolve(import.meta.dirname, '../../..')

const graphOf = (arrows: Record<string, readonly string[]>) =>
  new Map(Object.entries(arrows).map(([name, others]) => [name, new Set(others)]))

describe('floors', () => {
  it('are the folders in the longest chain', () => {
    const graph = graphOf({
      cli: ['running', 'core'],
      running: ['search'],
      search: ['core'],
      core: [],
    })
    expect(longestChain(graph)).toEqual(['cli', 'running', 'search', 'core'])
  })

  it('are without end where imports go in a circle', () => {
    expect(longestChain(graphOf({ a: ['b'], b: ['a'], c: [] }))).toBeNull()
  })
})

const termsOf = (name: string, file = 'src-main/running/a.ts', role = 'binding'): string[] =>
  privateTerms(name, { file, role }).map(({ term }) => term)

describe('private words', () => {
  it.each([
    ['mannerFile', ['manners']],
    ['MAX_KEPT', ['kept']],
    ['TrainerThere', ['there']],
    ['projectFacts', ['fact']],
    ['beginOrGoOn', ['go on']],
    ['keepSaidBy', ['say, tell']],
    ['centreOf', ['British spelling']],
    ['normaliseByExtremes', ['British spelling']],
    ['executionPlace', ['place']],
    ['QueueExecutor', ['queue']],
  ])('are found: %s', (name, terms) => {
    expect(termsOf(name)).toEqual(terms)
  })

  it.each([
    'factory',
    'artifact',
    'placeholder',
    'replace',
    'surface',
    'essay',
    'hereditary',
    'jobQueue',
    'studyQueueFile',
    'askAndTell',
    'raisedError',
    'supervised',
    'revised',
    'precision',
    'fontFace',
    'isThere',
    'decimalPlaces',
    'parameter',
    'cancellation',
  ])('are not: %s', name => {
    expect(termsOf(name)).toEqual([])
  })

  it('depend on where they stand and on what they name', () => {
    expect(termsOf('queue', 'src-main/running/executors/job-queue/a.ts')).toEqual([])
    expect(termsOf('program', 'src-main/user-code/a.ts')).toEqual([])
    expect(termsOf('program', 'src-main/engines/a.ts')).toEqual(['program'])
    expect(termsOf('placeCode', 'src-main/running/a.ts', 'function')).toEqual([])
    expect(termsOf('placeCode')).toEqual(['place'])
  })

  it('are found in names of files and folders', () => {
    const terms = (file: string) => privateTermsOfPath(file).map(({ term }) => term)
    expect(terms('src-main/running/ssh/trials-here.ts')).toEqual(['here'])
    expect(terms('test/unit/back-end/manners-desk.test.ts')).toEqual(['manners', 'desk'])
    expect(terms('src-main/children/trainer.ts')).toEqual(['children/'])
    expect(terms('src-main/running/run-study.ts')).toEqual([])
  })

  it('are found in what a file declares, not in what it uses', () => {
    const lines = [
      "import { fact } from './a.ts'",
      'export const studySpecificationSchema = z.strictObject({ slots: z.int(), seed: z.int() })',
      'interface Machine { slots: number; placeOf(name: string): number }',
      'class Reader { #lack = fact(1); told = 2 }',
      'const { place } = reader',
      'use({ place, kept: place.here })',
    ]
    const messages = new Linter({ cwd: root }).verify(
      lines.join('\n'),
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { words: { rules: { 'private-words': noPrivateWords } } },
        rules: { 'words/private-words': ['error', { root }] },
      },
      path.join(root, 'src-main/running/a.ts'),
    )
    expect(messages.map(({ line, message }) => `${line} ${message.replace(/ \(.*/, '')}`)).toEqual([
      '2 slots of a study: slots',
      '4 lack: lack',
      '4 say, tell: told',
      '5 place: place',
      '6 kept: kept',
    ])
  })
})
