import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import { fileOperations } from '../../../../scripts/lint/file-operations.js'

function reported(lines: readonly string[]): number[] {
  const messages = new Linter().verify(lines.join('\n'), {
    plugins: { files: { rules: { 'file-operations': fileOperations } } },
    rules: { 'files/file-operations': 'error' },
  })
  return messages.map(({ line }) => line)
}

it('refuses what deletes, renames and makes temporary folders', () => {
  const lines = [
    "import { readFile, rm, unlinkSync as drop } from 'node:fs'",
    "import { rmdir } from 'node:fs/promises'",
    "import fs, { promises } from 'fs'",
    'fs.renameSync(a, b)',
    'await promises.mkdtemp(a)',
    'await fs.promises.rm(a)',
  ]
  expect(reported(lines)).toEqual([1, 1, 2, 4, 5, 6])
})

it('refuses temporary names', () => {
  const lines = [
    'const first = `${name}.temporary`',
    'const second = `.${process.pid}`',
    'const third = `${name}-${processId}.json`',
  ]
  expect(reported(lines)).toEqual([1, 2, 3])
})

it('accepts the rest', () => {
  const lines = [
    "import { readFile } from 'node:fs'",
    "import { rm } from '../files/remove.js'",
    'await rm(folder)',
    'shell.rm(folder)',
    'const line = `process ${process.pid} of ${name}`',
    'const renewed = `${name} is new`',
  ]
  expect(reported(lines)).toEqual([])
})
