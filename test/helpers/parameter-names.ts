import fc from 'fast-check'
import { brokenNameRule } from '../../src-main/core/study/parameter-name.ts'

/** Names that mean something to YAML, JavaScript, spreadsheets, shells, filters or other programs. */
const specialNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'state',
  'value',
  'trial',
  'optimizer.lr',
  'model/depth',
  'learning rate',
  '学习率',
  '批大小',
  'é',
  '👍',
  '1e-3',
  '007',
  'null',
  'true',
  '~',
  '<<',
  '- a',
  '? a',
  '# a',
  'a: b',
  '&a',
  '*a',
  '!t',
  '[a]',
  '{a}',
  '%a',
  '`',
  '``',
  'a`b',
  "'",
  'a"b',
  "it's",
  '\\',
  'a\\b',
  '$HOME',
  '$(a)',
  ';',
  '|',
  '<b>',
  '&lt;',
  '=1+1',
  '+1',
  '-1',
  '@a',
  'a,b',
  'a;b',
  '_',
  '-',
  '.',
  '/',
  '../a',
  '_{x}^2',
  'a<b',
  'a=b',
  'a:b',
]

/** Any name that a parameter can have. */
export const parameterName: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...specialNames),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'`{}."\' /<>=:,_a1'), minLength: 1, maxLength: 8 }),
  )
  .filter(name => brokenNameRule(name) === null)

/** Three to five different ones. */
export const parameterNames: fc.Arbitrary<string[]> = fc.uniqueArray(parameterName, {
  minLength: 3,
  maxLength: 5,
})
