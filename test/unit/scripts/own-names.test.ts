import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Linter } from 'eslint'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import { expect, it } from 'vitest'
import { ownNames } from '../../../scripts/lint/own-names.js'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const declared = `
interface Named { readonly known: number; [name: string]: number }
interface ProcessEnv { [name: string]: string }
declare const record: Record<string, number>
declare const maybe: Readonly<Record<string, number>> | undefined
declare const either: Record<string, number> | { readonly x: 1 }
declare const named: Named
declare const table: Record<'a' | 'b', number>
declare const list: string[]
declare const map: Map<string, number>
declare const environment: ProcessEnv
declare const name: string
declare const letter: 'a' | 'b'
declare const index: number
declare const mixed: string | number
`

/** What the rule says of a statement: `read` or `set` for each place. */
function findings(statement: string): (string | undefined)[] {
  const file = path.join(scratch(), 'example.ts')
  const text = `${declared}${statement}\nexport {}\n`
  writeFileSync(file, text)
  const program = ts.createProgram([file], { strict: true, target: ts.ScriptTarget.ES2022 })
  const linter = new Linter({ cwd: path.dirname(file) })
  const messages = linter.verify(
    text,
    {
      files: ['**/*.ts'],
      plugins: { own: { rules: { 'own-names': ownNames } } },
      languageOptions: {
        parser: tseslint.parser,
        parserOptions: { programs: [program] },
      },
      rules: { 'own/own-names': 'error' },
    },
    file,
  )
  return messages.map(({ messageId, message }) => messageId ?? message)
}

it.each([
  ['record[name]', ['read']],
  ['maybe?.[name]', ['read']],
  ['(maybe ?? {})[name]', ['read']],
  ['either[name]', ['read']],
  ['named[name]', ['read']],
  ['record[mixed]', ['read']],
  ['const { length } = list; record[list[0] ?? ""]', ['read']],
  ['record[name] = 1', ['set']],
  ['record[name] ??= 1', ['set']],
  ['record[name]++', ['read']],
  ['[record[name], record[name]]', ['read', 'read']],
])('%s is found', (statement, expected) => {
  expect(findings(statement)).toEqual(expected)
})

it.each([
  'record["a"]',
  'record.constructor',
  'record[letter]',
  'table[letter]',
  'table[name as "a"]',
  'named.known',
  'list[index]',
  'map.get(name)',
  'record[`${name}.${index}`]',
  'environment[name]',
  'delete record[name]',
  'Object.hasOwn(record, name)',
])('%s is not', statement => {
  expect(findings(statement)).toEqual([])
})

it('says nothing without types', () => {
  const linter = new Linter()
  const config: Linter.Config = {
    plugins: { own: { rules: { 'own-names': ownNames } } },
    rules: { 'own/own-names': 'error' },
  }
  expect(linter.verify('record[name]', config)).toEqual([])
})
